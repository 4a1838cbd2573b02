import type { PenstockError } from "../../errors/penstock-error.ts";
import { malformedAnswer } from "./malformed-answer.ts";

/**
 * Bytes of an answer that is read as a whole, unpacked: above what the largest of them takes (2,048 vectors of 3,072 numbers, in
 * JSON), below what would endanger the process. Streams are not held and have no such limit.
 */
export const wholeAnswerLimit = 128 * 1024 * 1024;

/** An answer that goes beyond it. */
export function tooLongAnswer(): PenstockError {
  return malformedAnswer(`its answer is longer than ${wholeAnswerLimit} bytes`);
}
