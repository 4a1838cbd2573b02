import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Claim, CounterKind, Demand, LimitStore, Verdict } from "../src/limits/limit-store.ts";

/** A store under test and how many runs its properties get: one that is reached by a socket gets fewer. */
export interface LimitStoreSubject {
  /** A store of its own for one test: it knows nothing, or nothing of counters with this prefix. */
  open(): Promise<{
    readonly store: LimitStore;
    readonly prefix: string;
    close?(): Promise<void>;
    /** Resolves when what `settle` and `renew` began is in force; absent where that is at once. */
    flush?(): Promise<void>;
  }>;
  readonly runs?: number;
}

const minute = 60_000;
/** The start of a window, so that tests know how much of it is over. */
const start = 1_763_000_040_000 - (1_763_000_040_000 % minute);

/** What every `LimitStore` keeps to, wherever it counts. */
export function limitStoreSuite(name: string, { open, runs = 100 }: LimitStoreSubject): void {
  let claims = 0;
  const claim = (now = start, leaseMs = 30_000): Claim => ({ id: `claim-${claims++}-${now}`, now, leaseMs });

  const using = async (work: (tools: Tools) => Promise<void>) => {
    const { store, prefix, close, flush } = await open();
    const demand = (kind: CounterKind, limit: number, amount = 1): Demand => ({
      counter: `${prefix}.${kind}`,
      kind,
      limit,
      amount,
      ...(kind === "budget" && { endsAt: start + 86_400_000 }),
    });
    try {
      await work({ store, demand, flush: flush ?? (async () => {}) });
    } finally {
      await close?.();
    }
  };

  for (const kind of ["minute", "concurrency", "budget"] as const) {
    test(`${name}: of 200 at once that ask for the only ${kind}, one gets in`, () =>
      using(async ({ store, demand }) => {
        const verdicts = await Promise.all(
          Array.from({ length: 200 }, () => store.reserve([demand(kind, 1)], claim())),
        );
        expect(verdicts.filter((verdict) => verdict.admitted)).toHaveLength(1);
      }));

    test(`${name}: what is admitted of a ${kind} never exceeds its limit`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 1_000 }),
          fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 }),
          (limit, amounts) =>
            using(async ({ store, demand }) => {
              const verdicts = await Promise.all(
                amounts.map((amount) => store.reserve([demand(kind, limit, amount)], claim())),
              );
              const taken = sum(amounts.filter((_, index) => verdicts[index]?.admitted));
              expect(taken).toBeLessThanOrEqual(limit);
              // Nothing is left unused that one of the refused would have fitted into.
              const refused = amounts.filter((_, index) => !verdicts[index]?.admitted);
              for (const amount of refused) expect(taken + amount).toBeGreaterThan(limit);
            }),
        ),
        { numRuns: runs },
      ));

    test(`${name}: settling a ${kind} gives back what was not used`, () =>
      using(async ({ store, demand, flush }) => {
        const first = claim();
        const all = [demand(kind, 10, 10)];
        expect((await store.reserve(all, first)).admitted).toBe(true);
        expect((await store.reserve([demand(kind, 10)], claim())).admitted).toBe(false);
        store.settle(all, first, [kind === "concurrency" ? 0 : 4]);
        await flush();
        const [level] = await store.peek(all, start);
        expect(level?.remaining).toBe(kind === "concurrency" ? 10 : 6);
        // Again changes nothing, and neither does a claim nobody made.
        store.settle(all, first, [0]);
        store.settle(all, claim(), [0]);
        await flush();
        expect((await store.peek(all, start))[0]?.remaining).toBe(level?.remaining ?? -1);
      }));
  }

  test(`${name}: one that has no room leaves the others as they were`, () =>
    using(async ({ store, demand }) => {
      const demands = [demand("minute", 5), demand("concurrency", 5), demand("budget", 5, 6)];
      const verdict = await store.reserve(demands, claim());
      expect(verdict).toMatchObject({ admitted: false, refused: 2 });
      expect(verdict.levels.map((level) => level.remaining)).toEqual([5, 5, 5]);
      expect((await store.peek(demands, start)).map((level) => level.remaining)).toEqual([5, 5, 5]);
    }));

  test(`${name}: says in the order of the demands what is left, and until when`, () =>
    using(async ({ store, demand }) => {
      const demands = [demand("minute", 5, 2), demand("concurrency", 5), demand("budget", 5)];
      const verdict = await store.reserve(demands, claim(start + 1_000));
      expect(verdict).toEqual({
        admitted: true,
        refused: undefined,
        retryMs: 0,
        levels: [
          { remaining: 3, resetMs: 119_000 },
          { remaining: 4, resetMs: 0 },
          { remaining: 4, resetMs: 86_399_000 },
        ],
      });
    }));

  test(`${name}: more used than reserved counts in full`, () =>
    using(async ({ store, demand, flush }) => {
      for (const kind of ["minute", "budget"] as const) {
        const demands = [demand(kind, 100, 10)];
        const mine = claim();
        await store.reserve(demands, mine);
        store.settle(demands, mine, [250]);
        await flush();
        expect((await store.peek(demands, start))[0]?.remaining).toBe(0);
        expect((await store.reserve([demand(kind, 100, 0)], claim())).admitted).toBe(false);
      }
    }));

  test(`${name}: asking for nothing needs something to be left`, () =>
    using(async ({ store, demand }) => {
      for (const kind of ["minute", "concurrency", "budget"] as const) {
        expect((await store.reserve([demand(kind, 0, 0)], claim())).admitted).toBe(false);
        expect((await store.reserve([demand(kind, 1, 0)], claim())).admitted).toBe(true);
      }
    }));

  test(`${name}: no 60 seconds admit more of what comes evenly, and the told wait is enough and no longer than needed`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: minute - 1 }),
        (limit, offset) =>
          using(async ({ store, demand }) => {
            const demands = [demand("minute", limit)];
            const at = start + offset;
            for (let i = 0; i < limit; i++) await expectAdmitted(store.reserve(demands, claim(at)));
            const refused = await store.reserve(demands, claim(at));
            expect(refused.admitted).toBe(false);
            const { retryMs } = refused;
            expect(retryMs).toBeGreaterThan(0);
            expect((await store.reserve(demands, claim(at + retryMs - 1))).admitted).toBe(false);
            await expectAdmitted(store.reserve(demands, claim(at + retryMs)));
          }),
      ),
      { numRuns: runs },
    ));

  test(`${name}: two minutes later nothing of a minute is left over`, () =>
    using(async ({ store, demand, flush }) => {
      const demands = [demand("minute", 3, 3)];
      const mine = claim();
      await store.reserve(demands, mine);
      expect(await store.peek(demands, start + 2 * minute)).toEqual([{ remaining: 3, resetMs: 0 }]);
      // Settled when its window is long over: gives back nothing that others took since.
      await expectAdmitted(store.reserve(demands, claim(start + 2 * minute)));
      store.settle(demands, mine, [0]);
      await flush();
      expect((await store.peek(demands, start + 2 * minute))[0]?.remaining).toBe(0);
    }));

  test(`${name}: a place that nobody gives back is free when its lease ends, unless it is renewed`, () =>
    using(async ({ store, demand, flush }) => {
      const demands = [demand("concurrency", 2)];
      const lost = claim(start, 1_000);
      const kept = claim(start, 1_000);
      await expectAdmitted(store.reserve(demands, lost));
      await expectAdmitted(store.reserve(demands, kept));
      store.renew(demands, kept, start + 900);
      await flush();
      expect((await store.reserve(demands, claim(start + 999))).admitted).toBe(false);
      const next = claim(start + 1_000);
      await expectAdmitted(store.reserve(demands, next));
      expect((await store.reserve(demands, claim(start + 1_001))).admitted).toBe(false);
      store.settle(demands, kept, [0]);
      store.renew(demands, kept, start + 1_001);
      await flush();
      expect((await store.peek(demands, start + 1_001))[0]?.remaining).toBe(1);
    }));

  test(`${name}: what the ledger says is spent is spent, besides what is reserved, and is not counted twice`, () =>
    using(async ({ store, demand, flush }) => {
      const demands = [demand("budget", 100, 10)];
      const seed = { counter: demands[0]?.counter ?? "", endsAt: start + 86_400_000 };
      await store.seed([{ ...seed, spent: 50 }]);
      const mine = claim();
      await expectAdmitted(store.reserve(demands, mine));
      await store.seed([{ ...seed, spent: 50 }]);
      expect((await store.peek(demands, start))[0]?.remaining).toBe(40);
      await store.seed([{ ...seed, spent: 60 }]);
      expect((await store.peek(demands, start))[0]?.remaining).toBe(30);
      store.settle(demands, mine, [5]);
      await flush();
      await store.seed([{ ...seed, spent: 20 }]);
      expect((await store.peek(demands, start))[0]?.remaining).toBe(35);
    }));

  test(`${name}: whatever is reserved and settled in any order, the count is what is used and held`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.boolean()), { maxLength: 25 }), (calls) =>
        using(async ({ store, demand, flush }) => {
          const limit = 300;
          const open: { claim: Claim; demands: Demand[]; amount: number; used: number }[] = [];
          let spent = 0;
          for (const [amount, used, ends] of calls) {
            const mine = { claim: claim(), demands: [demand("budget", limit, amount)], amount, used };
            if ((await store.reserve(mine.demands, mine.claim)).admitted) open.push(mine);
            if (!ends) continue;
            const done = open.shift();
            if (done === undefined) continue;
            store.settle(done.demands, done.claim, [done.used]);
            spent += done.used;
          }
          await flush();
          const held = sum(open.map((each) => each.amount));
          const [level] = await store.peek([demand("budget", limit)], start);
          expect(level?.remaining).toBe(Math.max(0, limit - spent - held));
        }),
      ),
      { numRuns: runs },
    ));
}

interface Tools {
  readonly store: LimitStore;
  demand(kind: CounterKind, limit: number, amount?: number): Demand;
  flush(): Promise<void>;
}

async function expectAdmitted(verdict: Verdict | Promise<Verdict>): Promise<void> {
  expect((await verdict).admitted).toBe(true);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
