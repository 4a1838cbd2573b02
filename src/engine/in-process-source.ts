import { setImmediate } from "node:timers/promises";
import type { NeutralEvent } from "../wire/neutral/event.ts";
import type { ByteSource, Call } from "./call.ts";
import type { EventWriter } from "./event-writer.ts";
import type { Meter } from "./meter.ts";

/** Events after which other calls get their turn: nothing here waits for a socket while the client takes all. */
const eventsATurn = 256;

/** The stream of a driver that answers in process. */
export class InProcessSource implements ByteSource {
  readonly #events: AsyncIterator<NeutralEvent>;
  readonly #writer: EventWriter;
  readonly #meter: Meter;
  readonly #call: Pick<Call, "requestId" | "waits">;
  readonly #stop: AbortController;
  #ended = false;
  #told = 0;

  constructor(options: {
    events: AsyncIterable<NeutralEvent>;
    writer: EventWriter;
    meter: Meter;
    call: Pick<Call, "requestId" | "waits">;
    stop: AbortController;
  }) {
    this.#events = options.events[Symbol.asyncIterator]();
    this.#writer = options.writer;
    this.#meter = options.meter;
    this.#call = options.call;
    this.#stop = options.stop;
  }

  async read(): Promise<string | undefined> {
    while (!this.#ended) {
      const { done, value } = await this.#call.waits.during(this.#events.next());
      if (++this.#told % eventsATurn === 0) await setImmediate();
      if (this.#ended) break;
      if (done) return this.#finish();
      const text = this.#writer.write(value);
      const { failure } = this.#writer;
      if (failure !== undefined) {
        this.#ended = true;
        return this.#writer.fail(failure, this.#call.requestId);
      }
      this.#meter.firstByte();
      if (text !== "") return text;
    }
    return undefined;
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#writer.settle();
    this.#stop.abort();
    this.#meter.disconnected();
  }

  #finish(): undefined {
    this.#ended = true;
    this.#writer.settle();
    this.#meter.completed();
    return undefined;
  }
}
