import type { Usage } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { RelayReader } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { decodeInBandError } from "./error.ts";
import { decodeUsage } from "./usage.ts";

/** In every payload that a relayed stream's reader wants to see. */
export const relayMarks = new RelayMarks([
  '"usageMetadata"',
  '"finishReason"',
  '"promptFeedback"',
  '"error"',
]);

const ends = ['"finishReason"', '"promptFeedback"', '"error"'] as const;

/** Meters a stream that is forwarded untouched. Usage is in every chunk and the last holds, so it is read when asked for. */
export class GeminiRelayReader implements RelayReader {
  #last = "";
  finished = false;
  error: VendorError | undefined;

  read(data: string): void {
    if (data.includes('"usageMetadata"')) this.#last = data;
    if (!ends.some((mark) => data.includes(mark))) return;
    const chunk = parse(data);
    if (chunk === undefined) return;
    this.error ??= decodeInBandError(chunk);
    const blocked = isObject(chunk.promptFeedback) && chunk.promptFeedback.blockReason !== undefined;
    const candidates = Array.isArray(chunk.candidates) ? chunk.candidates : [];
    if (blocked || candidates.some(isFinished)) this.finished = true;
  }

  get usage(): Usage | undefined {
    return decodeUsage(parse(this.#last)?.usageMetadata);
  }
}

function isFinished(candidate: unknown): boolean {
  return isObject(candidate) && typeof candidate.finishReason === "string";
}

function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    const chunk = Array.isArray(value) ? value[0] : value;
    return isObject(chunk) ? chunk : undefined;
  } catch {
    // The bytes went to the client as they are; what is not JSON has no usage.
    return undefined;
  }
}
