import type { ContentSink } from "../plane/content-record.ts";
import type { ByteSource, Call, Outcome } from "./call.ts";

/** Bytes of a request or an answer that are kept. */
const longest = 256 * 1024;

/**
 * Keeps what a call says and is answered, where its org wants that; elsewhere the outcome is passed on untouched. Call it
 * before the engine works on the body, which it may overwrite.
 */
export function contentKeeper(
  sink: ContentSink | undefined,
  call: Call,
): ((outcome: Outcome) => Outcome) | undefined {
  const { contentRetentionMs } = call.key.org;
  if (sink === undefined || contentRetentionMs === undefined || call.operation === "count_tokens")
    return undefined;
  const request = new Excerpt();
  request.add(call.body);
  const keep = (response: Excerpt) =>
    sink.add({
      requestId: call.requestId,
      orgId: call.key.org.id,
      at: call.startedAt,
      expiresAt: call.startedAt + contentRetentionMs,
      request: request.text(),
      response: response.text(),
      truncated: request.truncated || response.truncated,
    });
  return (outcome) => {
    const response = new Excerpt();
    if (outcome.kind === "stream") return { ...outcome, source: kept(outcome.source, response, keep) };
    response.add(outcome.body);
    keep(response);
    return outcome;
  };
}

/** The same source, read along. */
function kept(source: ByteSource, response: Excerpt, keep: (response: Excerpt) => void): ByteSource {
  let open = true;
  const close = () => {
    if (open) keep(response);
    open = false;
  };
  return {
    async read() {
      const chunk = await source.read();
      if (chunk === undefined) close();
      else response.add(chunk);
      return chunk;
    },
    cancel() {
      source.cancel();
      close();
    },
  };
}

/** The beginning of a text that comes in pieces. */
class Excerpt {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;
  truncated = false;

  add(piece: Uint8Array | string): void {
    const room = longest - this.#length;
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    if (bytes.length > room) this.truncated = true;
    if (room === 0) return;
    // A copy: the engine uses its buffers again.
    this.#pieces.push(Uint8Array.from(bytes.subarray(0, room)));
    this.#length += Math.min(bytes.length, room);
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}
