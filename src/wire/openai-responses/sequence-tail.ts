import { isObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { SseFramer } from "../sse/sse-framer.ts";

const mark = Buffer.from('"sequence_number"');

/** The row of numbers of a stream that is forwarded unread: no event is parsed before its number is asked for. */
export class SequenceTail {
  #numbered: Uint8Array | undefined;

  /** Keeps the last bytes that hold a number; they must not be changed afterwards. */
  passed(events: Uint8Array): void {
    // From the end, where the number stands within the last event. Works on any Uint8Array.
    if (Buffer.prototype.lastIndexOf.call(events, mark) !== -1) this.#numbered = events;
  }

  /** The number of the event after those passed on; 0 when none had any. */
  next(): number {
    if (this.#numbered === undefined) return 0;
    const frames: SseFrame[] = [];
    const framer = new SseFramer();
    framer.push(this.#numbered, frames);
    framer.end(frames);
    const last = frames.map(numberOf).findLast((number) => number !== undefined);
    return last === undefined ? 0 : last + 1;
  }
}

function numberOf({ data }: SseFrame): number | undefined {
  try {
    const event: unknown = JSON.parse(data);
    const number = isObject(event) ? event.sequence_number : undefined;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
  } catch {
    return undefined;
  }
}
