import type { PenstockError } from "../errors/penstock-error.ts";
import type { RelayReader } from "../wire/protocol.ts";
import { ContentWatch } from "../wire/sse/content-watch.ts";
import { SseRelayScanner } from "../wire/sse/relay-scanner.ts";
import { UsageChunkFilter } from "../wire/sse/usage-chunk-filter.ts";
import { eventLength, WholeEvents } from "../wire/sse/whole-events.ts";
import type { ByteSource } from "./call.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Meter } from "./meter.ts";
import { ClientGone, failureOf } from "./send.ts";
import { type StreamCall, truncated } from "./stream-call.ts";
import { type Pulled, UpstreamBody } from "./upstream-body.ts";
import { upstreamFailure } from "./upstream-failure.ts";

/** JSON and framing around one token of text, in bytes: what a relayed stream is estimated by. */
const bytesPerStreamedToken = 200;

/** Bytes that are held back until the first content. */
const mostPrimed = 256 * 1024;

const over: Promise<undefined> = Promise.resolve(undefined);

/** A vendor's stream forwarded as it comes, with usage read on the way. */
export class RelaySource implements ByteSource {
  readonly #stream: StreamCall;
  readonly #meter: Meter;
  readonly #body: UpstreamBody;
  readonly #reader: RelayReader;
  readonly #scanner: SseRelayScanner;
  readonly #events: WholeEvents | UsageChunkFilter;
  /** One of each for all chunks. */
  readonly #onPulled = (pulled: Pulled) => this.#relayed(pulled);
  readonly #onFailed = (error: unknown) => this.#broken(error);
  #primed: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;

  constructor(stream: StreamCall, hideUsageChunk: boolean) {
    this.#stream = stream;
    this.#meter = stream.meter;
    this.#body = new UpstreamBody(stream.answer, stream.idle);
    this.#reader = stream.wire.createRelayReader();
    this.#scanner = new SseRelayScanner(this.#reader, stream.wire.relayMarks);
    this.#events = hideUsageChunk ? new UsageChunkFilter() : new WholeEvents();
  }

  /**
   * Waits for the first content, so that a vendor that fails before it fails with its own status, and another may answer instead.
   *
   * @throws PenstockError when the stream fails or ends before any content.
   */
  async prime(): Promise<void> {
    const content = new ContentWatch(this.#stream.wire.isContent);
    try {
      do {
        const chunk = this.#take(await this.#body.pull());
        const { error } = this.#reader;
        if (error !== undefined) throw this.#vendorFailure(error);
        if (chunk === undefined) {
          // Only the blank line after its last event is missing.
          if (content.begun && this.#reader.finished) break;
          throw truncated(this.#stream);
        }
        this.#primed.push(chunk);
        content.push(chunk);
      } while (!this.#hasBegun(content));
    } catch (error) {
      const failure = failureOf(error, this.#stream.answer.abort, this.#stream.target.provider);
      this.#body.abort();
      throw failure;
    }
    this.#meter.firstByte();
  }

  /** An answer without content that came to its end is one, too; so is anything that would fill memory. */
  #hasBegun(content: ContentWatch): boolean {
    if (this.#reader.begun === false) return false;
    return content.seen || (content.said && this.#reader.finished) || this.#bytes > mostPrimed;
  }

  /** Not async: that would make five objects a chunk. */
  read(): Promise<Uint8Array | string | undefined> {
    const primed = this.#primed.shift();
    if (primed !== undefined) return Promise.resolve(this.#pass(primed));
    return this.#ended ? over : this.#body.pull().then(this.#onPulled, this.#onFailed);
  }

  #relayed(pulled: Pulled): Uint8Array | string | undefined {
    try {
      const chunk = this.#take(pulled);
      if (chunk === undefined) return this.#finish();
      const { error } = this.#reader;
      return error === undefined ? this.#pass(chunk) : this.#cutAtError(chunk, this.#vendorFailure(error));
    } catch (error) {
      return this.#broken(error);
    }
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle();
    this.#body.abort();
    this.#meter.disconnected();
  }

  #pass(chunk: Uint8Array): Uint8Array {
    const out = this.#events.push(chunk);
    this.#reader.passed?.(out);
    return out;
  }

  #take(pulled: Pulled): Uint8Array | undefined {
    const chunk = this.#body.take(pulled);
    if (chunk === undefined) {
      this.#scanner.end();
      return undefined;
    }
    this.#bytes += chunk.length;
    this.#scanner.push(chunk);
    if (this.#reader.finished) this.#body.finishing();
    return chunk;
  }

  #finish(): string | Uint8Array | undefined {
    this.#ended = true;
    this.#settle();
    const error = this.#reader.error;
    if (error !== undefined) return this.#fail(this.#vendorFailure(error));
    if (!this.#reader.finished) return this.#fail(truncated(this.#stream));
    this.#meter.completed();
    const rest = this.#events.end();
    const missing = this.#reader.missingEnd ?? "";
    if (rest.length > 0) return Buffer.concat([rest, Buffer.from(missing)]);
    return missing === "" ? undefined : missing;
  }

  #broken(error: unknown): string | undefined {
    this.#ended = true;
    this.#settle();
    this.#body.close();
    const failure = failureOf(error, this.#stream.answer.abort, this.#stream.target.provider);
    if (failure instanceof ClientGone) {
      this.#meter.disconnected();
      return undefined;
    }
    // All was said; the vendor only failed to hang up.
    if (this.#reader.finished && this.#reader.error === undefined) {
      this.#meter.completed();
      return this.#reader.missingEnd ?? "";
    }
    return this.#fail(failure);
  }

  #cutAtError(chunk: Uint8Array, failure: PenstockError): Uint8Array | string {
    this.#ended = true;
    this.#settle();
    this.#body.abort();
    const before = this.#beforeError(this.#events.push(chunk));
    this.#reader.passed?.(before);
    const tail = this.#fail(failure);
    return before.length === 0 ? tail : Buffer.concat([before, Buffer.from(tail)]);
  }

  /** The events before the one that reports the failure: that one holds the vendor's own words. */
  #beforeError(bytes: Uint8Array): Uint8Array {
    const { wire } = this.#stream;
    for (let at = 0; at < bytes.length; ) {
      const end = at + eventLength(bytes.subarray(at));
      const reader = wire.createRelayReader();
      const scanner = new SseRelayScanner(reader, wire.relayMarks);
      scanner.push(bytes.subarray(at, end));
      scanner.end();
      if (reader.error !== undefined) return bytes.subarray(0, at);
      at = end;
    }
    return bytes;
  }

  #fail(failure: PenstockError): string {
    this.#meter.failed(failure);
    const { surface, requestId } = this.#stream;
    return this.#reader.encodeFailure?.(failure) ?? surface.encodeStreamError(failure, requestId);
  }

  #vendorFailure(error: NonNullable<RelayReader["error"]>): PenstockError {
    return upstreamFailure(error, this.#stream.target.provider);
  }

  #settle(): void {
    this.#meter.usage = this.#reader.usage;
    this.#meter.estimatedOutput = Math.max(
      Math.ceil(this.#bytes / bytesPerStreamedToken),
      this.#bytes > 0 ? estimateTokens(1) : 0,
    );
  }
}
