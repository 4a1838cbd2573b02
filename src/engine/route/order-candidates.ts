import type { RouteConfig } from "../../plane/route-config.ts";
import type { Candidate } from "../plane.ts";
import type { TargetViews } from "../targets/target-view.ts";
import type { CallEstimate } from "./estimate-call.ts";
import { priceFor } from "./price-for.ts";
import { drawKey, hashFraction } from "./rendezvous.ts";

/** What an order may hang on, besides the route itself. */
export interface OrderFacts {
  readonly views: TargetViews;
  /** Ticks, milliseconds. */
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What the calls that stay together have in common; undefined: this one belongs to nothing. Asked for at most once. */
  readonly stickyId: () => string | undefined;
  /** Asked for at most once. */
  readonly estimate: () => CallEstimate;
}

/** How many of the calls of a least-latency route look whether another target has become quicker. */
const exploring = 0.05;

/**
 * The candidates in the order they are to be tried, each once. `route` undefined: as they stand. Targets that cool come last, the one
 * first that is ready soonest; targets of weight 0 come after the others, except where the admin gave the order.
 */
export function orderCandidates(
  route: Pick<RouteConfig, "strategy"> | undefined,
  candidates: readonly Candidate[],
  facts: OrderFacts,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  return coolingLast(route === undefined ? candidates : byStrategy(route, candidates, facts), facts);
}

function byStrategy(
  { strategy }: Pick<RouteConfig, "strategy">,
  candidates: readonly Candidate[],
  facts: OrderFacts,
): readonly Candidate[] {
  switch (strategy) {
    case "single":
    case "ordered":
    case "hedged":
      return candidates;
    case "weighted":
      return byKey(candidates, randomly(facts));
    case "sticky": {
      const id = facts.stickyId();
      return byKey(candidates, id === undefined ? randomly(facts) : rendezvous(id, candidates));
    }
    case "least-latency":
      return reservesLast(byLatency(candidates, facts));
    case "least-busy":
      return byLoad(candidates, facts);
    case "cheapest": {
      const estimate = facts.estimate();
      const price = (each: Candidate) => priceFor(each, estimate) ?? Number.POSITIVE_INFINITY;
      return reservesLast(byKey(candidates, price));
    }
  }
}

function randomly({ random }: OrderFacts): (each: Candidate) => number {
  return ({ weight }) => drawKey(1 - random(), weight);
}

/** The same model may stand in a route twice, with other parameters: the second is another target. */
function rendezvous(id: string, candidates: readonly Candidate[]): (each: Candidate) => number {
  const keys = new Map<Candidate, number>();
  const seen = new Map<string, number>();
  for (const each of candidates) {
    const { id: model } = each.target.model;
    const before = seen.get(model) ?? 0;
    seen.set(model, before + 1);
    keys.set(each, drawKey(hashFraction(id, before === 0 ? model : `${model}#${before}`), each.weight));
  }
  return (each) => keys.get(each) ?? Number.POSITIVE_INFINITY;
}

/** The quickest first. One that nobody has asked yet is asked once, and now and then any, since it may have changed. */
function byLatency(candidates: readonly Candidate[], facts: OrderFacts): readonly Candidate[] {
  const { views, now, random } = facts;
  const ordered = byKey(candidates, ({ target }) => {
    const { firstByteMs, inFlight } = views.view(target, now);
    if (firstByteMs !== undefined) return firstByteMs;
    return inFlight === 0 ? -1 : Number.POSITIVE_INFINITY;
  });
  if (random() >= exploring) return ordered;
  const able = ordered.filter(({ weight }) => weight > 0);
  const tried = able[Math.floor(random() * able.length)];
  return tried === undefined ? ordered : [tried, ...ordered.filter((each) => each !== tried)];
}

/** The least calls under way for its weight first; among equals by weight at random. */
function byLoad(candidates: readonly Candidate[], facts: OrderFacts): readonly Candidate[] {
  const { views, now } = facts;
  const drawn = byKey(candidates, randomly(facts));
  return byKey(drawn, ({ target, weight }) =>
    weight > 0 ? views.view(target, now).inFlight / weight : Number.POSITIVE_INFINITY,
  );
}

function coolingLast(candidates: readonly Candidate[], { views, now }: OrderFacts): readonly Candidate[] {
  const waits = candidates.map(({ target }) => views.view(target, now).coolingMs);
  if (waits.every((ms) => ms === 0)) return candidates;
  return candidates
    .map((each, index) => ({ each, ms: waits[index] ?? 0 }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ each }) => each);
}

function reservesLast(candidates: readonly Candidate[]): readonly Candidate[] {
  const reserves = candidates.filter(({ weight }) => weight === 0);
  if (reserves.length === 0 || reserves.length === candidates.length) return candidates;
  return [...candidates.filter(({ weight }) => weight > 0), ...reserves];
}

/** By a number that each has once, the smallest first; equals stay as they stand. */
function byKey(candidates: readonly Candidate[], keyOf: (each: Candidate) => number): readonly Candidate[] {
  return candidates
    .map((each) => ({ each, key: keyOf(each) }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key - b.key))
    .map(({ each }) => each);
}
