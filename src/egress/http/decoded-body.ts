import { PenstockError } from "../../errors/penstock-error.ts";
import type { HttpBody, HttpRead } from "./http-answer.ts";
import type { IncomingBody } from "./incoming-body.ts";
import { malformedAnswer } from "./malformed-answer.ts";
import { tooLongAnswer, wholeAnswerLimit } from "./whole-answer-limit.ts";

const formats: Readonly<Record<string, "gzip" | "deflate" | "brotli" | "zstd">> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/**
 * A compressed body, unpacked. None is asked for, but some servers send one anyway.
 *
 * @throws PenstockError `upstream_malformed` when it is packed in a way nobody knows.
 */
export function decodedBody(
  body: IncomingBody,
  encoding: string,
): HttpBody & { bytes(): Promise<Uint8Array> } {
  const format = formats[encoding.trim().toLowerCase()];
  if (format === undefined) throw malformedAnswer("its answer is packed in a way that was not asked for");
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await body.read();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => body.cancel(),
  });
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  const read = async (): Promise<HttpRead> => {
    try {
      const { done, value } = await reader.read();
      return done ? { done } : { done, value };
    } catch (error) {
      // What the connection failed by comes through as it was; the rest is the decoder's.
      throw error instanceof PenstockError || !(error instanceof TypeError)
        ? error
        : malformedAnswer("its answer is not packed as it says");
    }
  };
  const cancel = () => reader.cancel().catch(() => {});
  return {
    getReader: () => ({ read, cancel }),
    cancel,
    async bytes() {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for (let next = await read(); !next.done; next = await read()) {
        size += next.value.length;
        if (size > wholeAnswerLimit) {
          await cancel();
          throw tooLongAnswer();
        }
        pieces.push(next.value);
      }
      return Buffer.concat(pieces);
    },
  };
}
