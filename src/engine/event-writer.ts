import type { PenstockError } from "../errors/penstock-error.ts";
import type { NeutralEvent } from "../wire/neutral/event.ts";
import type { VendorError } from "../wire/neutral/vendor-error.ts";
import type { AnswerContext, Protocol, StreamEncoder } from "../wire/protocol.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Meter } from "./meter.ts";
import type { Target } from "./plane.ts";
import { upstreamFailure } from "./upstream-failure.ts";

/** A call that no client could carry out. */
const namelessCall: VendorError = {
  kind: "server_error",
  status: 502,
  code: "stream_malformed",
  message: "The vendor sent a tool call without a name.",
};

/** Turns neutral events into the client's stream and keeps the books on the way. */
export class EventWriter {
  readonly #surface: Protocol;
  readonly #target: Target;
  readonly #meter: Meter;
  readonly #encoder: StreamEncoder;
  #characters = 0;
  /** Something the client can see has been written. */
  hasContent = false;
  /** The terminal event was written. */
  finished = false;
  failure: PenstockError | undefined;

  constructor(options: { surface: Protocol; target: Target; meter: Meter; answerContext: AnswerContext }) {
    this.#surface = options.surface;
    this.#target = options.target;
    this.#meter = options.meter;
    this.#encoder = options.surface.createStreamEncoder(options.answerContext);
  }

  /** The client's bytes for this event; empty after the terminal event. */
  write(event: NeutralEvent): string {
    if (this.finished || this.failure !== undefined) {
      if (event.type === "usage") this.#meter.usage = event.usage;
      // Usage may follow the finish; the encoder knows what its protocol still wants to say.
      return this.failure === undefined ? this.#encoder.encode(event) : "";
    }
    switch (event.type) {
      case "text-delta":
      case "thinking-delta":
      case "arguments-delta":
      case "refusal-delta":
        this.#characters += event.text.length;
        this.hasContent = true;
        break;
      case "part-start":
        if (event.part.type === "tool_call" && event.part.name === "") {
          this.failure = upstreamFailure(namelessCall, this.#target.provider);
          return "";
        }
        // The mere start of a text or a thought says nothing yet: the vendor may still fail unseen.
        this.hasContent ||= event.part.type !== "text" && event.part.type !== "thinking";
        break;
      case "signature":
      case "citation":
        this.hasContent = true;
        break;
      case "usage":
        this.#meter.usage = event.usage;
        break;
      case "finish":
        this.finished = true;
        this.hasContent = true;
        break;
      case "error":
        this.failure = upstreamFailure(event.error, this.#target.provider);
        return "";
      default:
    }
    return this.#encoder.encode(event);
  }

  /** Closes the count of what was passed on, for answers whose usage is never reported. */
  settle(): void {
    this.#meter.estimatedOutput = estimateTokens(this.#characters);
  }

  /** Ends a stream that has begun by an error event, in the client's protocol. */
  fail(failure: PenstockError, requestId: string): string {
    this.failure = failure;
    this.settle();
    this.#meter.failed(failure);
    return this.#encoder.encodeFailure?.(failure) ?? this.#surface.encodeStreamError(failure, requestId);
  }
}
