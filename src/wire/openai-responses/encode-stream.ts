import type { PenstockError } from "../../errors/penstock-error.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeStreamError } from "./error.ts";
import { type ResponseState, responseObject } from "./response-object.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { StreamWriter } from "./stream-writer.ts";
import { encodeUsage } from "./usage.ts";

/** Failures that clients wait out. */
const rateLimits: ReadonlySet<string> = new Set([
  "upstream_rate_limited",
  "rate_limited",
  "provider_limited",
  "targets_cooling",
]);

/**
 * Events to Responses events. `response.created` comes with the first part, not before: until then an error can still
 * be answered otherwise. Every event has the next `sequence_number`; the last one holds the whole response.
 */
export class ResponsesStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #writer: StreamWriter;
  #head: { model: string; created?: number; serviceTier?: string } = { model: "" };
  #usage: Usage = noUsage;
  #reported = false;
  #ended = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#writer = new StreamWriter(context);
  }

  encode(event: NeutralEvent): string {
    if (this.#ended) return "";
    switch (event.type) {
      case "text-delta":
      case "thinking-delta":
      case "arguments-delta":
      case "refusal-delta":
        return this.#writer.delta(event.index, event.text);
      case "start":
        this.#head = event;
        return "";
      case "part-start":
        return this.#begin() + this.#writer.start(event.index, event.part);
      case "signature":
        this.#writer.sign(event.index, event.signature);
        return "";
      case "citation":
        return this.#writer.cite(event.index, event);
      case "part-end":
        return this.#writer.end(event.index);
      case "usage":
        this.#usage = event.usage;
        this.#reported = true;
        return "";
      case "finish":
        return this.#finish(event);
      case "error":
        this.#ended = true;
        return "";
      case "ping":
        return "";
    }
  }

  encodeFailure(error: PenstockError): string {
    this.#ended = true;
    const begin = this.#begin();
    const closed = this.#writer.closeAll("incomplete");
    const told = encodeStreamError(error, this.#writer.sequence++);
    const code = rateLimits.has(error.code) ? "rate_limit_exceeded" : "server_error";
    const failed = this.#snapshot({
      status: "failed",
      error: { code, message: error.message },
      output: this.#writer.output,
      usage: this.#reported ? encodeUsage(this.#usage) : null,
    });
    return begin + closed + told + this.#writer.written("response.failed", failed);
  }

  #begin(): string {
    if (this.#writer.sequence > 0) return "";
    const state = { status: "in_progress", output: [], usage: null } as const;
    const snapshot = this.#snapshot(state);
    return (
      this.#writer.written("response.created", snapshot) +
      this.#writer.written("response.in_progress", snapshot)
    );
  }

  #finish({ reason, serviceTier }: Extract<NeutralEvent, { type: "finish" }>): string {
    if (serviceTier !== undefined) this.#head = { ...this.#head, serviceTier };
    this.#ended = true;
    const begin = this.#begin();
    const { status, incomplete } = encodeStopReason(reason, this.#writer.emitted);
    const closed = this.#writer.closeAll(status === "incomplete" ? "incomplete" : "completed");
    const error: JsonObject | null =
      status === "failed"
        ? { code: "server_error", message: "The model ended the answer with an error." }
        : null;
    const { output } = this.#writer;
    const usage = encodeUsage(this.#usage);
    const last = this.#snapshot({ status, incomplete, error, output, usage });
    return begin + closed + this.#writer.written(`response.${status}`, last);
  }

  /** The response as it stands now, as the fields of an event. */
  #snapshot(state: ResponseState): string {
    const response = responseObject(this.#head, { context: this.#context, state });
    return JSON.stringify({ response });
  }
}
