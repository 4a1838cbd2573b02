import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type RouteStrategy, routeStrategies } from "../../plane/route-config.ts";
import type { PriceTier } from "../../plane/snapshot.ts";
import type { Candidate, ProviderPlane } from "../plane.ts";
import type { TargetView } from "../targets/target-view.ts";
import { type OrderFacts, orderCandidates } from "./order-candidates.ts";

const price = (input: number, output: number): PriceTier => ({
  ...{ aboveInputTokens: 0, input, output, cacheRead: undefined, cacheWrite5m: undefined },
  ...{ cacheWrite1h: undefined, inputAudio: undefined, outputAudio: undefined },
});

function candidate(id: string, weight: number, prices: readonly PriceTier[] = []): Candidate {
  const model = { id, wireId: id, kind: "chat" as const, displayName: undefined, createdAt: 0, traits: {} };
  // Strategies look at the model alone.
  const provider = {} as ProviderPlane;
  return { target: { provider, model: { ...model, contextTokens: undefined, prices } }, weight };
}

const idle: TargetView = {
  ...{
    firstByteMs: undefined,
    p95FirstByteMs: undefined,
    inFlight: 0,
    coolingMs: 0,
    coolingReason: undefined,
  },
};

/** mulberry32: the same draws in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Setup {
  readonly views?: Readonly<Record<string, Partial<TargetView>>>;
  readonly random?: () => number;
  readonly stickyId?: string;
}

function facts({ views = {}, random = seeded(1), stickyId }: Setup = {}): OrderFacts {
  return {
    views: { view: ({ model }) => ({ ...idle, ...views[model.id] }) },
    now: 0,
    random,
    stickyId: () => stickyId,
    estimate: () => ({ input: 1_000, maxOutput: 1_000 }),
  };
}

const ids = (candidates: readonly Candidate[]) => candidates.map(({ target }) => target.model.id);
const order = (strategy: RouteStrategy, candidates: readonly Candidate[], setup?: Setup) =>
  ids(orderCandidates({ strategy }, candidates, facts(setup)));

/** How often each came first. */
function shares(count: number, first: (index: number) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const id = first(index) ?? "";
    counts[id] = (counts[id] ?? 0) + 1 / count;
  }
  return counts;
}

const someCandidates = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 0, max: 5 }),
      latency: fc.option(fc.nat(500)),
      busy: fc.nat(9),
      cooling: fc.nat(2),
    }),
    {
      maxLength: 8,
    },
  )
  .map((all) => ({
    candidates: all.map(({ weight }, index) => candidate(`m${index}`, weight)),
    views: Object.fromEntries(
      all.map(({ latency, busy, cooling }, index) => [
        `m${index}`,
        { firstByteMs: latency ?? undefined, inFlight: busy, coolingMs: cooling * 1_000 },
      ]),
    ),
  }));

test("whatever the strategy, no candidate is lost or doubled, and cooling ones come last", () => {
  const property = fc.property(
    fc.constantFrom(...routeStrategies),
    someCandidates,
    fc.string(),
    fc.integer(),
    (strategy, { candidates, views }, stickyId, seed) => {
      const ordered = order(strategy, candidates, { views, stickyId, random: seeded(seed) });
      expect(ordered.toSorted()).toEqual(ids(candidates).toSorted());
      const waits = ordered.map((id) => views[id]?.coolingMs ?? 0);
      expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test("the order that the admin gave is kept, but for what cools", () => {
  const three = [candidate("a", 0), candidate("b", 1), candidate("c", 1)];
  for (const strategy of ["single", "ordered", "hedged"] as const) {
    expect(order(strategy, three)).toEqual(["a", "b", "c"]);
    expect(order(strategy, three, { views: { a: { coolingMs: 9 } } })).toEqual(["b", "c", "a"]);
  }
  expect(ids(orderCandidates(undefined, three, facts()))).toEqual(["a", "b", "c"]);
});

describe("weighted", () => {
  const three = [candidate("a", 70), candidate("b", 20), candidate("c", 10), candidate("reserve", 0)];

  test("each comes first as often as its weight says, a weight of 0 only last", () => {
    const random = seeded(7);
    const orders = Array.from({ length: 20_000 }, () => order("weighted", three, { random }));
    const first = shares(orders.length, (index) => orders[index]?.[0]);
    expect(first.a).toBeCloseTo(0.7, 1.5);
    expect(first.b).toBeCloseTo(0.2, 1.5);
    expect(first.c).toBeCloseTo(0.1, 1.5);
    expect(orders.every((each) => each.at(-1) === "reserve")).toBe(true);
  });

  test("who takes over is drawn by weight, too", () => {
    const random = seeded(8);
    const views = { a: { coolingMs: 5_000 } };
    const first = shares(20_000, () => order("weighted", three, { random, views })[0]);
    expect(first.b).toBeCloseTo(2 / 3, 1.5);
    expect(first.a).toBeUndefined();
  });
});

describe("sticky", () => {
  const two = [candidate("a", 90), candidate("b", 10)];
  const firstOf = (candidates: readonly Candidate[], id: string, setup: Setup = {}) =>
    order("sticky", candidates, { stickyId: id, ...setup })[0];

  test("a conversation stays with its target, whatever else is drawn", () => {
    const property = fc.property(fc.string({ minLength: 1 }), fc.integer(), (id, seed) => {
      const again = order("sticky", two, { stickyId: id, random: seeded(seed) });
      expect(again).toEqual(order("sticky", two, { stickyId: id }));
    });
    fc.assert(property);
  });

  test("conversations are shared out by weight", () => {
    const first = shares(20_000, (index) => firstOf(two, `session-${index}`));
    expect(first.a).toBeCloseTo(0.9, 1.5);
    expect(first.b).toBeCloseTo(0.1, 1.5);
  });

  test("a target that cools, or is new, moves only the calls that concern it", () => {
    const three = [...two, candidate("c", 50)];
    for (let index = 0; index < 2_000; index++) {
      const id = `session-${index}`;
      const home = firstOf(three, id);
      const away = firstOf(three, id, { views: { a: { coolingMs: 1 } } });
      if (home !== "a") expect(away).toBe(home);
      const before = firstOf(two, id);
      if (home !== "c") expect(before).toBe(home);
    }
  });

  test("a change of weight moves only the calls that the change is about", () => {
    const more = [candidate("a", 90), candidate("b", 30)];
    for (let index = 0; index < 2_000; index++) {
      const id = `session-${index}`;
      if (firstOf(two, id) === "b") expect(firstOf(more, id)).toBe("b");
    }
  });

  test("the same model twice is two targets, and a call that belongs to nothing is drawn by weight", () => {
    const same = [candidate("a", 1), { ...candidate("a", 1), parameters: { temperature: 0 } }];
    const picked = (index: number) =>
      orderCandidates({ strategy: "sticky" }, same, facts({ stickyId: `s${index}` }))[0];
    const first = shares(4_000, (index) => (picked(index)?.parameters === undefined ? "plain" : "cold"));
    expect(first.plain).toBeCloseTo(0.5, 1.5);
    const random = seeded(3);
    const drawn = shares(20_000, () => order("sticky", two, { random })[0]);
    expect(drawn.b).toBeCloseTo(0.1, 1.5);
  });
});

describe("least-latency", () => {
  const three = [candidate("slow", 1), candidate("quick", 1), candidate("reserve", 0)];
  const views = { slow: { firstByteMs: 900 }, quick: { firstByteMs: 90 }, reserve: { firstByteMs: 1 } };
  const steady = () => 0.5;

  test("the quickest first; a reserve stays one", () => {
    expect(order("least-latency", three, { views, random: steady })).toEqual(["quick", "slow", "reserve"]);
  });

  test("one that nobody knows is asked once, not by all at the same time", () => {
    const unknown = { ...views, slow: {} };
    expect(order("least-latency", three, { views: unknown, random: steady })[0]).toBe("slow");
    const asked = { ...views, slow: { inFlight: 1 } };
    expect(order("least-latency", three, { views: asked, random: steady })[0]).toBe("quick");
  });

  test("now and then another is looked at again, since it may have become quicker", () => {
    const random = seeded(5);
    const first = shares(20_000, () => order("least-latency", three, { views, random })[0]);
    expect(first.slow).toBeCloseTo(0.025, 2);
    expect(first.reserve).toBeUndefined();
  });
});

test("least-busy: the fewest calls for its weight", () => {
  const three = [candidate("a", 1), candidate("b", 4), candidate("reserve", 0)];
  const views = { a: { inFlight: 1 }, b: { inFlight: 3 } };
  expect(order("least-busy", three, { views })).toEqual(["b", "a", "reserve"]);
  expect(order("least-busy", three, { views: { ...views, b: { inFlight: 5 } } })).toEqual([
    "a",
    "b",
    "reserve",
  ]);
  const random = seeded(2);
  const first = shares(20_000, () => order("least-busy", three, { random })[0]);
  expect(first.b).toBeCloseTo(0.8, 1.5);
});

test("cheapest: what this request would cost there, unknown prices last", () => {
  const four = [
    candidate("unknown", 1),
    candidate("dear", 1, [price(3, 15)]),
    candidate("cheap", 1, [price(1, 2)]),
    candidate("reserve", 0, [price(0, 0)]),
  ];
  expect(order("cheapest", four)).toEqual(["cheap", "dear", "unknown", "reserve"]);
});
