import { PenstockError } from "../../errors/penstock-error.ts";
import type { Ask } from "../../limits/ask.ts";
import { usdText } from "../../limits/usd-text.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import type { AdmissionRequest } from "../admission.ts";
import { TimeText } from "./time-text.ts";

/** How a refusal came about. */
export interface RefusalFacts {
  readonly request: AdmissionRequest;
  /** The first demand without room. */
  readonly ask: Ask;
  /** What was left of it. */
  readonly remaining: number;
  /** Milliseconds until it has room; 0: nobody knows. */
  readonly retryMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds after which it is worth asking again whether one of the calls under way has ended. */
const concurrencyRetryMs = 1_000;

/** `rate_limited`, `request_exceeds_limit` or `budget_exceeded` for the caller's own limits, `provider_limited` for the provider's. */
export function refusal(facts: RefusalFacts): PenstockError {
  const { request, ask, headers } = facts;
  const { kind, limit, amount, gauge } = ask;
  const retryAfterMs = facts.retryMs === 0 ? concurrencyRetryMs : facts.retryMs;
  const never = amount > limit;
  if (gauge.isProviders) {
    const provider = request.target.provider.config.name;
    const used = `${numberOf(ask)}, ${never ? tooLarge(ask) : leftOf(facts)}`;
    return new PenstockError("provider_limited", { fields: { provider, used }, retryAfterMs });
  }
  const whose = labelOf(ask.gauge.config.subject, request.call.key.config.name);
  if (kind === "budget") {
    const budget = `The budget of ${whose}, ${numberOf(ask)},`;
    const reset = new TimeText().of(ask.endsAt ?? facts.now);
    return new PenstockError("budget_exceeded", { fields: { budget, left: leftOf(facts), reset }, headers });
  }
  const limited = `The limit of ${whose}, ${numberOf(ask)},`;
  if (never) {
    const fields = { limit: limited, size: tooLarge(ask) };
    return new PenstockError("request_exceeds_limit", { fields, headers });
  }
  return new PenstockError("rate_limited", {
    fields: { limit: limited, used: leftOf(facts) },
    retryAfterMs,
    headers,
  });
}

/** A budget that lets no model run whose price nobody knows. */
export function unpriced(request: AdmissionRequest, ask: Ask): PenstockError {
  const whose = labelOf(ask.gauge.config.subject, request.call.key.config.name);
  const { provider, model } = request.target;
  if (ask.gauge.isProviders) {
    const used = `${numberOf(ask)}, and the model \`${model.wireId}\` has no price to count`;
    return new PenstockError("provider_limited", { fields: { provider: provider.config.name, used } });
  }
  const budget = `the budget of ${whose}, ${numberOf(ask)},`;
  return new PenstockError("model_unpriced", { fields: { model: model.wireId, budget }, param: "model" });
}

function labelOf(subject: LimitSubject, keyName: string): string {
  switch (subject.kind) {
    case "org":
      return "the organization";
    case "provider":
      return "the provider";
    case "key":
      return `the key \`${keyName}\``;
    case "agent":
      return `the agent \`${subject.agent}\``;
    case "agent_role":
      return `the agent \`${subject.agent}\` as \`${subject.role}\``;
  }
}

function numberOf({ gauge }: Ask): string {
  const { measure, limitText } = gauge;
  switch (measure) {
    case "requests_per_minute":
      return `${limitText} requests a minute`;
    case "tokens_per_minute":
      return `${limitText} tokens a minute`;
    case "concurrency":
      return `${limitText} calls at once`;
    case "day_usd":
      return `$${limitText} a day`;
    case "month_usd":
      return `$${limitText} a month`;
  }
}

function leftOf({ ask, remaining, retryMs }: RefusalFacts): string {
  const { kind, amount } = ask;
  if (kind === "budget") {
    if (amount === 0) return "nothing is left";
    return `it may cost up to $${usdText(amount)}, and $${usdText(remaining)} is left`;
  }
  if (kind === "concurrency") return "as many are under way";
  const wait = `there is room again in ${Math.max(1, Math.ceil(retryMs / 1000))} s`;
  if (ask.gauge.measure === "requests_per_minute") return wait;
  return `${remaining} are left and this request may need ${amount}; ${wait}`;
}

function tooLarge({ kind, amount }: Ask): string {
  return kind === "budget" ? `one request may cost $${usdText(amount)}` : `it may need ${amount}`;
}
