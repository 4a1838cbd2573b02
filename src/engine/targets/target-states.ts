import type { PenstockError } from "../../errors/penstock-error.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import { isVendorFault } from "../attempt/remedy.ts";
import type { OrgPlane, Target } from "../plane.ts";
import type { Passage } from "./circuit.ts";
import { TargetState } from "./target-state.ts";
import type { TargetView, TargetViews } from "./target-view.ts";

/** Milliseconds that an account without quota is left alone when its vendor does not say how long. */
const quotaPauseMs = 60_000;
/** No vendor's word keeps its models away for longer: ten minutes. */
const longestPauseMs = 600_000;

/** A failed call of a target. */
export interface TargetFailure {
  readonly error: PenstockError;
  readonly org: OrgPlane;
  readonly passage: Passage;
  readonly now: number;
}

/** How every target does that this process has called, by the id of its model. Times in ticks (ms). */
export class TargetStates implements TargetViews {
  readonly #states = new Map<string, TargetState>();
  readonly #cools: boolean;
  /** Told the provider whose circuit opened. */
  onCircuitOpen: (providerId: string) => void = () => {};

  /** `circuits` false: every target is always called, and only its figures are kept. */
  constructor({ circuits }: { readonly circuits: boolean }) {
    this.#cools = circuits;
  }

  of({ provider, model }: Target): TargetState {
    const known = this.#states.get(model.id);
    if (known !== undefined) return known;
    const state = new TargetState({ providerId: provider.config.id, modelId: model.id });
    this.#states.set(model.id, state);
    return state;
  }

  view(target: Target, now: number): TargetView {
    return (this.#states.get(target.model.id) ?? unknown).view(now);
  }

  /** Judges a failure: vendors' faults go to the circuit, limits and empty accounts cool for as long as the vendor says. */
  failed(target: Target, { error, org, passage, now }: TargetFailure): void {
    if (!this.#cools) return;
    const state = this.of(target);
    if (isVendorFault(error)) {
      if (state.circuit.bad(now, passage)) this.onCircuitOpen(state.providerId);
      // Who is overloaded may say for how long, as who limits does.
      if (error.retryAfterMs !== undefined && error.code === "upstream_overloaded")
        state.cool(bounded(error.retryAfterMs), { now, reason: "rate_limited" });
      return;
    }
    state.circuit.release(passage);
    if (error.code === "upstream_rate_limited" && error.retryAfterMs !== undefined)
      state.cool(bounded(error.retryAfterMs), { now, reason: "rate_limited" });
    if (error.code !== "upstream_quota_exhausted") return;
    const ms = bounded(error.retryAfterMs ?? quotaPauseMs);
    for (const each of sharingQuota(target, org)) this.of(each).cool(ms, { now, reason: "quota_exhausted" });
  }

  /** Forgets the models that are gone. */
  follow({ orgs }: Snapshot): void {
    if (this.#states.size === 0) return;
    const asked = new Set<string>();
    for (const { providerId } of this.#states.values()) asked.add(providerId);
    const models = new Set<string>();
    for (const { providers } of orgs)
      for (const provider of providers)
        if (asked.has(provider.id)) for (const { id } of provider.models) models.add(id);
    for (const id of this.#states.keys()) if (!models.has(id)) this.#states.delete(id);
  }

  /** Targets known. */
  get size(): number {
    return this.#states.size;
  }
}

const unknown = new TargetState({ providerId: "", modelId: "" });

function bounded(ms: number): number {
  return Math.min(ms, longestPauseMs);
}

/** The target itself, and every model of the providers that share its provider's quota. */
function* sharingQuota(target: Target, org: OrgPlane): Iterable<Target> {
  yield target;
  const group = target.provider.config.quotaGroup;
  if (group === undefined) return;
  for (const provider of org.providers.values()) {
    if (provider.config.quotaGroup !== group) continue;
    for (const model of provider.config.models) yield { provider, model };
  }
}
