import { expect, test } from "bun:test";
import { chatAnswer, chatFailure, EngineLab, type LabVendor } from "../../../testkit/engine-lab.ts";
import type { RouteConfig } from "../../plane/route-config.ts";

const route: RouteConfig = {
  id: "route_1",
  name: "quick",
  strategy: "hedged",
  hedgeAfterMs: 20,
  retries: 0,
  targets: ["a", "b"].map((name) => ({ modelId: `model_${name}`, weight: 1 })),
};

/** A vendor that answers after a while, and tells when it was given up. */
function slow(ms: number, answer: () => Response = () => chatAnswer(`after ${ms}`)) {
  const seen = { aborted: false };
  const vendor: LabVendor = async ({ signal }) => {
    signal.addEventListener("abort", () => {
      seen.aborted = true;
    });
    await Bun.sleep(ms);
    return answer();
  };
  return { seen, vendor };
}

function lab(a: LabVendor, b: LabVendor): EngineLab {
  return new EngineLab({ providers: [{ name: "a" }, { name: "b" }], routes: [route], vendors: { a, b } });
}

test("a slow first target is overtaken: it is ended, and both are costed", async () => {
  const a = slow(400);
  const b = slow(10);
  using engine = lab(a.vendor, b.vendor);
  const { text, headers } = await engine.ask({ model: "quick" });
  expect(text).toContain("after 10");
  expect(headers.get("x-penstock-provider")).toBe("b");
  expect(headers.get("x-penstock-route")).toBe("quick");
  expect(headers.get("x-penstock-attempts")).toBe("2");
  expect(headers.get("x-penstock-attempt-log")).toBe("a/m;code=hedge_lost, b/m;status=200");
  expect(a.seen.aborted).toBe(true);
  expect(engine.records).toHaveLength(1);
  const [record] = engine.records;
  expect(record).toMatchObject({
    providerName: "b",
    outcome: "completed",
    route: "quick",
    usageEstimated: true,
  });
  const [lost, won] = record?.attempts ?? [];
  expect(lost).toMatchObject({ provider: "a", outcome: "cancelled" });
  expect(won).toMatchObject({ provider: "b", outcome: "completed" });
  expect(lost?.costUsd).toBeGreaterThan(0);
  // 1,000 tokens at 1 USD a million and 500 at 2, and what the other one read.
  expect(record?.costUsd).toBeCloseTo(0.002 + (lost?.costUsd ?? 0), 9);
  expect(engine.targets.of(engine.target("a")).inFlight).toBe(0);
  expect(engine.targets.of(engine.target("b")).inFlight).toBe(0);
});

test("a quick first target: nobody else is asked", async () => {
  using engine = lab(slow(1).vendor, slow(1).vendor);
  const { headers } = await engine.ask({ model: "quick" });
  await Bun.sleep(40);
  expect(engine.asked).toEqual({ a: 1 });
  expect(headers.get("x-penstock-attempts")).toBe("1");
  expect(engine.records[0]).toMatchObject({ usageEstimated: false, attempts: [{ provider: "a" }] });
});

test("the first one wins after all: the second is ended", async () => {
  const b = slow(400);
  using engine = lab(slow(60).vendor, b.vendor);
  const { text, headers } = await engine.ask({ model: "quick" });
  expect(text).toContain("after 60");
  expect(headers.get("x-penstock-provider")).toBe("a");
  expect(b.seen.aborted).toBe(true);
  expect(engine.records[0]?.attempts).toHaveLength(2);
});

test("the first fails while the second is asked: the second answers", async () => {
  using engine = lab(slow(50, () => chatFailure(500)).vendor, slow(80).vendor);
  const { headers } = await engine.ask({ model: "quick" });
  expect(headers.get("x-penstock-provider")).toBe("b");
  expect(headers.get("x-penstock-attempt-log")).toBe("a/m;status=500;code=upstream_error, b/m;status=200");
  expect(engine.records).toHaveLength(1);
  expect(engine.records[0]?.attempts).toMatchObject([
    { outcome: "failed", status: 500 },
    { outcome: "completed" },
  ]);
});

test("the second fails: the first still answers, and the failure is in the books", async () => {
  using engine = lab(slow(600).vendor, slow(1, () => chatFailure(503)).vendor);
  const { headers } = await engine.ask({ model: "quick" });
  expect(headers.get("x-penstock-provider")).toBe("a");
  expect(
    engine.records[0]?.attempts?.map(({ provider, outcome }) => `${provider} ${outcome}`).sort(),
  ).toEqual(["a completed", "b failed"]);
});

test("both fail: one row, and the client is told", async () => {
  using engine = lab(slow(50, () => chatFailure(500)).vendor, slow(50, () => chatFailure(503)).vendor);
  const { error } = await engine.ask({ model: "quick" });
  expect(error?.code).toBe("upstream_error");
  expect(error?.headers["x-penstock-attempts"]).toBe("2");
  expect(engine.records).toHaveLength(1);
  expect(engine.records[0]?.attempts).toHaveLength(2);
});

test("a client that leaves ends both, with one row", async () => {
  const a = slow(500);
  const b = slow(500);
  using engine = lab(a.vendor, b.vendor);
  const leave = new AbortController();
  const answer = engine.start({ model: "quick", signal: leave.signal });
  await Bun.sleep(60);
  leave.abort();
  await expect(answer).rejects.toThrow();
  expect([a.seen.aborted, b.seen.aborted]).toEqual([true, true]);
  expect(engine.records).toHaveLength(1);
  expect(engine.records[0]).toMatchObject({ outcome: "client_disconnected", usageEstimated: true });
  expect(engine.records[0]?.attempts).toHaveLength(2);
});

test("without a time of its own the route waits for the first target's 95th percentile, once it is known", async () => {
  const { hedgeAfterMs: _, ...open } = route;
  let wait = 1;
  using engine = new EngineLab({
    providers: [{ name: "a" }, { name: "b" }],
    routes: [open],
    vendors: { a: async () => Bun.sleep(wait).then(() => chatAnswer("a")), b: () => chatAnswer("b") },
  });
  for (let i = 0; i < 8; i++) await engine.ask({ model: "quick" });
  expect(engine.asked).toEqual({ a: 8 });
  wait = 500;
  expect((await engine.ask({ model: "quick" })).headers.get("x-penstock-provider")).toBe("b");
});
