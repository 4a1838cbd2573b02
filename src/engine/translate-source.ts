import type { NeutralEvent } from "../wire/neutral/event.ts";
import { restoreTool } from "../wire/neutral/rename-tools.ts";
import type { Framer, StreamDecoder } from "../wire/protocol.ts";
import type { SseFrame } from "../wire/sse/sse-framer.ts";
import type { ByteSource } from "./call.ts";
import { EventWriter } from "./event-writer.ts";
import type { Meter } from "./meter.ts";
import { ClientGone, failureOf } from "./send.ts";
import { type StreamCall, truncated } from "./stream-call.ts";
import { type Pulled, UpstreamBody } from "./upstream-body.ts";

/** A vendor's stream told again in the client's protocol. */
export class TranslateSource implements ByteSource {
  readonly #stream: StreamCall;
  readonly #meter: Meter;
  readonly #body: UpstreamBody;
  readonly #framer: Framer;
  readonly #decoder: StreamDecoder;
  readonly #writer: EventWriter;
  // Reused from chunk to chunk.
  readonly #frames: SseFrame[] = [];
  readonly #events: NeutralEvent[] = [];
  #primed = "";
  /** The vendor's last byte was read. */
  #drained = false;
  #ended = false;

  constructor(stream: StreamCall) {
    this.#stream = stream;
    this.#meter = stream.meter;
    this.#body = new UpstreamBody(stream.answer, stream.idle);
    this.#framer = stream.wire.createFramer();
    this.#decoder = stream.wire.createStreamDecoder();
    this.#writer = new EventWriter(stream);
  }

  /**
   * Waits for the first content, so that a vendor that fails before it fails with its own status.
   *
   * @throws PenstockError when the stream ends or fails before any content; `ClientGone` when nobody waits any more.
   */
  async prime(): Promise<void> {
    while (!this.#writer.hasContent) {
      let text: string | undefined;
      try {
        text = this.#take(await this.#body.pull());
      } catch (error) {
        this.#body.close();
        throw failureOf(error, this.#stream.answer.abort, this.#stream.target.provider);
      }
      if (this.#writer.failure !== undefined) {
        this.#body.abort();
        throw this.#writer.failure;
      }
      if (text === undefined) throw truncated(this.#stream);
      this.#primed += text;
    }
    this.#meter.firstByte();
  }

  async read(): Promise<string | undefined> {
    if (this.#primed !== "") {
      const primed = this.#primed;
      this.#primed = "";
      return primed;
    }
    if (this.#ended) return undefined;
    try {
      for (;;) {
        const text = this.#take(await this.#body.pull());
        const { failure } = this.#writer;
        if (failure !== undefined) {
          this.#ended = true;
          this.#body.abort();
          return (text ?? "") + this.#writer.fail(failure, this.#stream.requestId);
        }
        if (text === undefined) return this.#finish();
        if (text !== "") return text;
      }
    } catch (error) {
      return this.#broken(error);
    }
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#writer.settle();
    this.#body.abort();
    this.#meter.disconnected();
  }

  /** The client's bytes for the vendor's next chunk; undefined after the last one. */
  #take(pulled: Pulled): string | undefined {
    const chunk = this.#body.take(pulled);
    const frames = this.#frames;
    const events = this.#events;
    frames.length = 0;
    events.length = 0;
    if (chunk === undefined) {
      if (this.#drained) return undefined;
      this.#drained = true;
      this.#framer.end(frames);
      for (const frame of frames) this.#decoder.decode(frame, events);
      this.#decoder.end(events);
      const text = this.#write(events);
      return text === "" ? undefined : text;
    }
    this.#framer.push(chunk, frames);
    for (const frame of frames) this.#decoder.decode(frame, events);
    const text = this.#write(events);
    if (this.#writer.finished || this.#decoder.finishing === true) this.#body.finishing();
    return text;
  }

  #write(events: readonly NeutralEvent[]): string {
    let text = "";
    const names = this.#stream.toolNames;
    for (const event of events)
      text += this.#writer.write(names === undefined ? event : restoreTool(event, names));
    return text;
  }

  #finish(): string | undefined {
    this.#ended = true;
    this.#writer.settle();
    if (!this.#writer.finished) return this.#writer.fail(truncated(this.#stream), this.#stream.requestId);
    this.#meter.completed();
    return undefined;
  }

  #broken(error: unknown): string | undefined {
    this.#ended = true;
    this.#writer.settle();
    this.#body.close();
    const failure = failureOf(error, this.#stream.answer.abort, this.#stream.target.provider);
    if (failure instanceof ClientGone) {
      this.#meter.disconnected();
      return undefined;
    }
    if (this.#writer.finished || this.#decoder.finishing === true) {
      // All was said; the vendor only failed to hang up.
      this.#events.length = 0;
      this.#decoder.end(this.#events);
      const rest = this.#write(this.#events);
      this.#meter.completed();
      return rest;
    }
    return this.#writer.fail(failure, this.#stream.requestId);
  }
}
