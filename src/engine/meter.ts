import type { PenstockError } from "../errors/penstock-error.ts";
import { costOf } from "../plane/cost-of.ts";
import type { UsageRecord } from "../plane/usage-record.ts";
import { noUsage, type Usage } from "../wire/neutral/usage.ts";
import type { Call } from "./call.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Target } from "./plane.ts";

/** Keeps one request's books: started when it arrives, closed exactly once. */
export class Meter {
  readonly #context: EngineContext;
  readonly #call: Call;
  #closed = false;
  /** The answer came to its end, whoever was there to see it. */
  #whole = false;

  requestedModel = "";
  target: Target | undefined;
  protocol: string | undefined;
  stream = false;
  passthrough = false;
  losses = "";
  usage: Usage | undefined;
  /** Worked out when the vendor reports nothing: tokens of input, and of what was passed on so far. */
  estimatedInput = 0;
  estimatedOutput = 0;
  /** Ticks, in milliseconds. */
  calledTick: number | undefined;
  firstByteTick: number | undefined;

  constructor(context: EngineContext, call: Call) {
    this.#context = context;
    this.#call = call;
  }

  called(): void {
    this.calledTick = this.#context.tick();
  }

  firstByte(): void {
    this.firstByteTick ??= this.#context.tick();
  }

  completed(): void {
    this.#whole = true;
    if (this.#call.detached?.left === true) this.disconnected();
    else this.#close("completed", 200, undefined);
  }

  failed(error: PenstockError): void {
    this.#close("failed", error.status, error.code);
  }

  disconnected(): void {
    this.#close("client_disconnected", 499, undefined);
  }

  #close(outcome: UsageRecord["outcome"], status: number, errorCode: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#call.detached?.ended(this.#whole ? "completed" : outcome === "failed" ? "failed" : "cancelled");
    const { key, requestId, startedAt, startedTick, surface, operation, waits } = this.#call;
    const now = this.#context.tick();
    const called = this.calledTick;
    const first = this.firstByteTick ?? now;
    const { usage, estimated } = this.#settledUsage(outcome, called !== undefined);
    const computed = this.target === undefined ? undefined : costOf(usage, this.target.model.prices);
    this.#context.usage.add({
      requestId,
      orgId: key.org.id,
      keyId: key.config.id,
      providerId: this.target?.provider.config.id,
      providerName: this.target?.provider.config.name,
      requestedModel: this.requestedModel,
      wireModel: this.target?.model.wireId,
      surface: operation.startsWith("embed") ? (surface.embeddingSurface?.id ?? surface.id) : surface.id,
      protocol: this.protocol,
      stream: this.stream,
      passthrough: this.passthrough,
      outcome,
      status,
      errorCode,
      usage,
      usageEstimated: estimated,
      costUsd: usage.reportedCostUsd ?? computed,
      costSource: this.#costSource(usage, computed),
      losses: this.losses,
      startedAt,
      timing: {
        before: micros((called ?? now) - startedTick),
        upstreamFirstByte: called === undefined ? 0 : micros(first - called),
        firstByte: micros(first - startedTick),
        total: micros(now - startedTick),
        overhead: micros(now - startedTick - waits.waited(now)),
      },
    });
  }

  /** `listed`: computed as well, by the vendor's own list, since the catalog has no price. */
  #costSource({ reportedCostUsd }: Usage, computed: number | undefined): UsageRecord["costSource"] {
    if (reportedCostUsd !== undefined) return "reported";
    if (computed === undefined) return "none";
    return this.target?.model.priceSource === "vendor" ? "listed" : "computed";
  }

  /**
   * What the vendor reported; of an answer that was cut short, at least what was passed on: its last word on usage was
   * only provisional. A failed call without any report was not billed.
   */
  #settledUsage(outcome: UsageRecord["outcome"], called: boolean): { usage: Usage; estimated: boolean } {
    const reported = this.usage;
    if (reported === undefined) {
      if (!called || outcome === "failed") return { usage: noUsage, estimated: false };
      return {
        usage: { ...noUsage, input: this.estimatedInput, output: this.estimatedOutput },
        estimated: true,
      };
    }
    if (this.#whole) return { usage: reported, estimated: false };
    const output = Math.max(reported.output, this.estimatedOutput);
    return {
      usage: { ...reported, output },
      estimated: outcome === "client_disconnected" || output > reported.output,
    };
  }
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
