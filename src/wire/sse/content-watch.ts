import { isObject, type JsonObject } from "../read-json.ts";
import { defaultLineLimit, LineSplitter } from "./line-splitter.ts";
import { dataValue, sliceText } from "./sse-line.ts";

const endMark = Buffer.from("[DONE]");

/** Whether an event answers anything. */
export type IsContent = (event: JsonObject) => boolean;

/**
 * Tells when a stream has begun to answer. Comments are no answer, nor is an end mark alone, nor what `isContent` says is none: a
 * vendor may still fail after it, and nobody has seen anything yet.
 */
export class ContentWatch extends LineSplitter {
  /** The vendor has said something that is not an end mark. */
  said = false;
  /** The vendor has begun to answer: a whole event that clients can be given. */
  seen = false;
  /** The same of an event whose end has not come. */
  begun = false;
  readonly #isContent: IsContent | undefined;

  constructor(isContent: IsContent | undefined) {
    super(defaultLineLimit);
    this.#isContent = isContent;
  }

  push(chunk: Uint8Array): void {
    if (!this.seen) this.split(chunk);
  }

  protected override line(bytes: Uint8Array, start: number, end: number): void {
    const value = dataValue(bytes, start, end);
    if (start === end) this.seen = this.begun;
    if (value === -1 || this.begun || isEndMark(bytes, value, end)) return;
    this.said = true;
    this.begun = this.#isContent === undefined || isAnswer(sliceText(bytes, value, end), this.#isContent);
  }
}

function isEndMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === endMark.length && endMark.equals(bytes.subarray(start, end));
}

/** What is no object cannot be understood, and counts as an answer. */
function isAnswer(payload: string, isContent: IsContent): boolean {
  let event: unknown;
  try {
    event = JSON.parse(payload);
  } catch {
    return true;
  }
  return !isObject(event) || isContent(event);
}
