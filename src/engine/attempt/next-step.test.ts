import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ErrorCode, errorTable } from "../../errors/error-table.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { nextStep, type Tried } from "./next-step.ts";
import { remedyFor } from "./remedy.ts";

const codes = Object.keys(errorTable) as ErrorCode[];

const failure = fc
  .record({
    code: fc.constantFrom(...codes),
    retryAfterMs: fc.option(fc.nat({ max: 120_000 }), { nil: undefined }),
  })
  .map(
    ({ code, retryAfterMs }) => new PenstockError(code, retryAfterMs === undefined ? {} : { retryAfterMs }),
  );

const tried: fc.Arbitrary<Tried> = fc.record({
  error: failure,
  failures: fc.integer({ min: 1, max: 12 }),
  retries: fc.nat({ max: 10 }),
  backoffMs: fc.nat({ max: 2_000 }),
  retryMs: fc.integer({ min: -10, max: 200_000 }),
  remainingMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: -10, max: 200_000 })),
  hasNext: fc.boolean(),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

test("whatever failed: what may not help is never tried, and nothing is tried beyond its limits", () => {
  fc.assert(
    fc.property(tried, (state) => {
      const step = nextStep(state);
      const remedy = remedyFor(state.error);
      if (remedy === "nothing" || state.remainingMs <= 0) expect(step.kind).toBe("stop");
      if (step.kind === "next") expect(state.hasNext).toBe(true);
      if (step.kind === "stop" && remedy !== "nothing" && state.remainingMs > 0)
        expect(state.hasNext).toBe(false);
      if (step.kind !== "retry") return;
      expect(remedy).toBe("again");
      expect(state.failures).toBeLessThanOrEqual(state.retries);
      expect(step.afterMs).toBeGreaterThanOrEqual(state.error.retryAfterMs ?? 0);
      expect(step.afterMs).toBeLessThanOrEqual(state.hasNext ? 1_000 : 10_000);
      expect(step.afterMs).toBeLessThan(Math.min(state.retryMs, state.remainingMs));
    }),
  );
});

test("a target fails in the end, however often it may be tried", () => {
  fc.assert(
    fc.property(tried, (state) => {
      expect(nextStep({ ...state, failures: state.retries + 1 }).kind).not.toBe("retry");
    }),
  );
});

const base: Omit<Tried, "error"> = {
  failures: 1,
  retries: 2,
  backoffMs: 500,
  retryMs: 120_000,
  remainingMs: Number.POSITIVE_INFINITY,
  hasNext: false,
  random: 0.5,
};

test.each([
  { code: "upstream_error", alone: "retry", others: "retry" },
  { code: "upstream_unreachable", alone: "retry", others: "retry" },
  { code: "upstream_truncated", alone: "retry", others: "retry" },
  { code: "upstream_quota_exhausted", alone: "stop", others: "next" },
  { code: "upstream_credential_rejected", alone: "stop", others: "next" },
  { code: "provider_limited", alone: "stop", others: "next" },
  { code: "upstream_context_exceeded", alone: "stop", others: "next" },
  { code: "upstream_rejected", alone: "stop", others: "stop" },
  { code: "loss_refused", alone: "stop", others: "stop" },
  { code: "rate_limited", alone: "stop", others: "stop" },
  { code: "budget_exceeded", alone: "stop", others: "next" },
  { code: "model_unpriced", alone: "stop", others: "next" },
  { code: "internal", alone: "stop", others: "stop" },
] as const)("$code: $alone when alone, $others when there are others", ({ code, alone, others }) => {
  const error = new PenstockError(code);
  expect(nextStep({ ...base, error }).kind).toBe(alone);
  expect(nextStep({ ...base, error, hasNext: true }).kind).toBe(others);
});

test("a model that its vendor does not know may be known to another", () => {
  const error = new PenstockError("upstream_rejected", { status: 404 });
  expect(nextStep({ ...base, error, hasNext: true }).kind).toBe("next");
});

test("silence for the whole limit is tried again once only", () => {
  const error = new PenstockError("upstream_timeout");
  expect(nextStep({ ...base, error }).kind).toBe("retry");
  expect(nextStep({ ...base, error, failures: 2 }).kind).toBe("stop");
});

test("waits grow twofold, anywhere up to their full length", () => {
  const error = new PenstockError("upstream_error");
  expect(nextStep({ ...base, error, random: 0.5 })).toEqual({ kind: "retry", afterMs: 250 });
  expect(nextStep({ ...base, error, failures: 2 })).toEqual({ kind: "retry", afterMs: 500 });
  expect(nextStep({ ...base, error, random: 0 })).toEqual({ kind: "retry", afterMs: 0 });
});

test("a wait of five seconds is worth it alone, and not where another could answer meanwhile", () => {
  const error = new PenstockError("upstream_rate_limited", { retryAfterMs: 5_000 });
  expect(nextStep({ ...base, error }).kind).toBe("retry");
  expect(nextStep({ ...base, error, hasNext: true }).kind).toBe("next");
});
