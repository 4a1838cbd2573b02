import type { ByteSource } from "../engine/call.ts";
import { type SseFrame, SseFramer } from "../wire/sse/sse-framer.ts";

/** Sent while the vendor is silent: space between the elements of an array says nothing. */
export const arrayKeepalive = "\n\n";

/** A stream of events as one JSON array of their payloads, each passed on as soon as it has come. */
export function jsonArraySource(source: ByteSource): ByteSource {
  const framer = new SseFramer();
  const encoder = new TextEncoder();
  let begun = false;
  let ended = false;
  const elements = (frames: readonly SseFrame[]) =>
    frames
      .map(({ data }) => {
        const before = begun ? "," : "[";
        begun = true;
        // A blank line after each element is where a sign of life may stand.
        return `${before}${data}\n\n`;
      })
      .join("");
  return {
    async read() {
      while (!ended) {
        const chunk = await source.read();
        const frames: SseFrame[] = [];
        if (chunk === undefined) {
          ended = true;
          framer.end(frames);
          const rest = elements(frames.filter(({ partial }) => partial !== true));
          return `${rest}${begun ? "]" : "[]"}`;
        }
        framer.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk, frames);
        const text = elements(frames);
        if (text !== "") return text;
      }
      return undefined;
    },
    cancel: () => source.cancel(),
  };
}
