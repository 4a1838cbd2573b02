import type { PenstockError } from "../errors/penstock-error.ts";
import { costOf, pricesAt } from "../plane/cost-of.ts";
import type { AttemptRecord, UsageRecord } from "../plane/usage-record.ts";
import { noUsage, type Usage } from "../wire/neutral/usage.ts";
import type { Lease } from "./admission.ts";
import { lostAttempt, toldAttempt } from "./attempt/told-attempt.ts";
import type { Call } from "./call.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Target } from "./plane.ts";
import type { Passage } from "./targets/circuit.ts";
import type { TargetState } from "./targets/target-state.ts";

/** How an attempt ended. */
type End = AttemptRecord["outcome"];

/** Keeps one request's books: started when it arrives, closed exactly once, with an entry for each call of a vendor. */
export class Meter {
  readonly #context: EngineContext;
  readonly #call: Call;
  #closed = false;
  /** The answer came to its end, whoever was there to see it. */
  #whole = false;

  requestedModel = "";
  /** The route that was named. */
  route: string | undefined;
  stream = false;
  /** Calls of vendors that have ended, and all attempts as the headers tell them: those that never got to a call, too. */
  readonly #ended: AttemptRecord[] = [];
  #told = "";
  /** USD of attempts that did not answer, and whether that was worked out by us. */
  #lostUsd = 0;
  #lostEstimated = false;
  #firstCalledTick: number | undefined;
  #costUsd: number | undefined;
  /** When the last attempt ended, in ticks. */
  #endedTick = 0;
  /** Attempts that limits let through. */
  admitted = 0;

  // Of the attempt under way.
  #underWay = false;
  target: Target | undefined;
  protocol: string | undefined;
  passthrough = false;
  losses = "";
  usage: Usage | undefined;
  /** Worked out when the vendor reports nothing: tokens of input, and of what was passed on so far. */
  estimatedInput = 0;
  estimatedOutput = 0;
  /** Ticks, in milliseconds. */
  calledTick: number | undefined;
  firstByteTick: number | undefined;
  #state: TargetState | undefined;
  #passage: Passage = "free";
  #lease: Lease | undefined;
  /** Called at the first content, before anybody else knows of it. */
  onFirstContent: (() => void) | undefined;
  /** Until when the caller waits, in ticks; silence until then is not the vendor's fault. */
  deadline: number | undefined;

  constructor(context: EngineContext, call: Call) {
    this.#context = context;
    this.#call = call;
  }

  /** Begins an attempt; false when the target may not be called now. */
  begin(target: Target): boolean {
    this.target = target;
    this.#underWay = true;
    const state = this.#context.targets.of(target);
    const passage = state.enter(this.#context.tick());
    if (passage === "refused") return false;
    this.#state = state;
    this.#passage = passage;
    return true;
  }

  /** Keeps what was reserved for this attempt until it ends. */
  hold(lease: Lease): void {
    this.#lease = lease;
  }

  /** What is known of the caller's limits while nothing else is. */
  get limitHeaders(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    this.#lease?.addHeaders(headers);
    return headers;
  }

  called(): void {
    this.calledTick = this.#context.tick();
    this.#firstCalledTick ??= this.calledTick;
  }

  firstByte(): void {
    if (this.firstByteTick !== undefined) return;
    const now = this.#context.tick();
    this.firstByteTick = now;
    const { calledTick } = this;
    const state = this.#state;
    if (state !== undefined && calledTick !== undefined) {
      state.firstByte.add(now - calledTick);
      if (this.#passage === "probe") {
        // An answer that has begun is proof enough: nobody waits for its last word.
        state.circuit.good(now, "probe");
        this.#passage = "free";
      }
    }
    this.onFirstContent?.();
  }

  /** The attempt failed, and the request goes on with another. */
  abandon(error: PenstockError): void {
    if (!this.#underWay || this.#closed) return;
    this.tell(error);
    this.#underWay = false;
    this.#lose(this.#endAttempt("failed", error));
    this.protocol = undefined;
    this.passthrough = false;
    this.losses = "";
    this.usage = undefined;
    this.estimatedInput = 0;
    this.estimatedOutput = 0;
    this.calledTick = undefined;
    this.firstByteTick = undefined;
  }

  /** Books for a second attempt at the same time; one of the two yields to the other. */
  rival(): Meter {
    const rival = new Meter(this.#context, this.#call);
    rival.requestedModel = this.requestedModel;
    rival.route = this.route;
    rival.stream = this.stream;
    rival.deadline = this.deadline;
    rival.admitted = Math.max(1, this.admitted);
    return rival;
  }

  /** Another attempt was faster: what this one cost goes on that one's books. */
  yieldTo(winner: Meter): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.calledTick !== undefined) this.#tell(lostAttempt(this.target));
    winner.#lose(this.#endAttempt("cancelled", undefined));
    winner.#ended.unshift(...this.#ended);
    winner.#lostUsd += this.#lostUsd;
    winner.#lostEstimated ||= this.#lostEstimated;
    winner.#told = [this.#told, winner.#told].filter((text) => text !== "").join(", ");
    const first = this.#firstCalledTick;
    if (first !== undefined) winner.#firstCalledTick = Math.min(first, winner.#firstCalledTick ?? first);
  }

  completed(): void {
    this.#whole = true;
    if (this.#call.detached?.left === true) this.disconnected();
    else this.#close("completed", 200, undefined);
  }

  failed(error: PenstockError): void {
    this.#close("failed", error.status, error);
  }

  disconnected(): void {
    this.#close("client_disconnected", 499, undefined);
  }

  /** Calls of vendors so far, with the one under way. */
  get attempts(): number {
    return this.#ended.length + (this.#closed || this.calledTick === undefined ? 0 : 1);
  }

  /** Failed attempts as the headers tell them, with those that never got to a call; empty when there were none. */
  get told(): string {
    return this.#told;
  }

  /** USD, known when the books are closed. */
  get costUsd(): number | undefined {
    return this.#costUsd;
  }

  /** Adds the last attempt to what the headers tell. */
  tell(error: PenstockError | undefined): void {
    if (this.#underWay) this.#tell(toldAttempt(this.target, error));
  }

  /** Microseconds so far, as the headers tell them: before the first vendor call, at the vendor, and spent here in all. */
  overheadText(): string {
    const { startedTick, waits } = this.#call;
    // Of a stream that has only begun, up to its first content.
    const now = this.#closed ? this.#endedTick : (this.firstByteTick ?? this.#context.tick());
    const called = this.calledTick ?? now;
    const before = micros((this.#firstCalledTick ?? called) - startedTick);
    const upstream = micros((this.firstByteTick ?? now) - called);
    const overhead = micros(now - startedTick - waits.waited(now));
    return `before=${before},upstream=${upstream},overhead=${overhead}`;
  }

  #tell(attempt: string): void {
    this.#told = this.#told === "" ? attempt : `${this.#told}, ${attempt}`;
  }

  #lose({ usage, estimated, costUsd }: Ended): void {
    if (usage === noUsage) return;
    this.#lostUsd += costUsd ?? 0;
    this.#lostEstimated ||= estimated;
  }

  /** Gives back what the attempt held, tells its target how it went, and enters it where a vendor was called. */
  #endAttempt(end: End, error: PenstockError | undefined): Ended {
    const { target, calledTick } = this;
    const now = this.#context.tick();
    this.#endedTick = now;
    const usage = this.#settledUsage(end);
    const estimated = this.#isEstimated(usage, end);
    const priced = target && pricesAt(target.model, this.#call.startedAt);
    const computed = priced && costOf(usage, priced.prices);
    const costUsd = usage.reportedCostUsd ?? computed;
    this.#lease?.settle(usage, usage === noUsage ? 0 : costUsd);
    this.#lease = undefined;
    this.#leaveTarget(end, error);
    if (target !== undefined && calledTick !== undefined) {
      const { id, name } = target.provider.config;
      const us = micros((this.firstByteTick ?? now) - calledTick);
      const attempt = { providerId: id, provider: name, model: target.model.wireId, outcome: end, us };
      // Most go well, and nothing is added to those.
      this.#ended.push(
        end === "completed"
          ? attempt
          : {
              ...attempt,
              ...(error !== undefined && { errorCode: error.code, status: error.status }),
              ...(usage !== noUsage && { costUsd }),
            },
      );
    }
    return { usage, estimated, computed, costUsd, priceVersion: priced?.priceVersion };
  }

  #leaveTarget(end: End, error: PenstockError | undefined): void {
    const { target } = this;
    const now = this.#endedTick;
    const state = this.#state;
    const passage = this.#passage;
    if (target === undefined || state === undefined) return;
    this.#state = undefined;
    state.inFlight--;
    const impatient =
      this.deadline !== undefined && now >= this.deadline && error?.code === "upstream_timeout";
    if (end === "failed" && error !== undefined && !impatient)
      this.#context.targets.failed(target, { error, org: this.#call.key.org, passage, now });
    else if (end === "completed") state.circuit.good(now, passage);
    else state.circuit.release(passage);
  }

  #close(outcome: UsageRecord["outcome"], status: number, error: PenstockError | undefined): void {
    if (this.#closed) return;
    const { key, requestId, startedAt, startedTick, surface, operation, waits } = this.#call;
    const end = this.#whole ? "completed" : outcome === "failed" ? "failed" : "cancelled";
    const { usage, estimated, computed, costUsd, priceVersion } = this.#endAttempt(end, error);
    const now = this.#endedTick;
    this.#closed = true;
    this.#call.detached?.ended(end);
    const called = this.calledTick;
    const first = this.firstByteTick ?? now;
    this.#costUsd = this.#lostUsd === 0 ? costUsd : (costUsd ?? 0) + this.#lostUsd;
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
      errorCode: error?.code,
      usage,
      usageEstimated: estimated || this.#lostEstimated,
      costUsd: this.#costUsd,
      costSource: this.#costSource(usage, computed),
      computedCostUsd: usage === noUsage ? undefined : computed,
      priceVersion: computed === undefined ? undefined : priceVersion,
      serviceTier: usage.serviceTier,
      losses: this.losses,
      route: this.route,
      agent: key.config.agent,
      agentRole: key.config.agentRole,
      attempts: this.#ended.length === 0 ? undefined : this.#ended,
      startedAt,
      timing: {
        before: micros((this.#firstCalledTick ?? now) - startedTick),
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
   * only provisional. A call that failed without any report, and before any content, was not billed.
   */
  #settledUsage(end: End): Usage {
    const reported = this.usage;
    if (reported === undefined) {
      const isFree = this.calledTick === undefined || (end === "failed" && this.estimatedOutput === 0);
      return isFree ? noUsage : { ...noUsage, input: this.estimatedInput, output: this.estimatedOutput };
    }
    if (end === "completed") return reported;
    return { ...reported, output: Math.max(reported.output, this.estimatedOutput) };
  }

  /** Whether what `#settledUsage` found is more than the vendor's own word. */
  #isEstimated(usage: Usage, end: End): boolean {
    const reported = this.usage;
    if (usage === noUsage || usage === reported) return false;
    return reported === undefined || end === "cancelled" || usage.output > reported.output;
  }
}

interface Ended {
  readonly usage: Usage;
  readonly estimated: boolean;
  readonly computed: number | undefined;
  readonly costUsd: number | undefined;
  readonly priceVersion: string | undefined;
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
