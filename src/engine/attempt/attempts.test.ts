import { expect, test } from "bun:test";
import { chatAnswer, chatFailure, EngineLab, type LabVendor } from "../../../testkit/engine-lab.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { RouteConfig } from "../../plane/route-config.ts";
import type { Admission, Lease } from "../admission.ts";

const two = [{ name: "a" }, { name: "b" }];
const ok: LabVendor = () => chatAnswer("ok");
const route = (targets: RouteConfig["targets"], more: Partial<RouteConfig> = {}): RouteConfig => ({
  ...{ id: "route_1", name: "r", strategy: "ordered", targets },
  ...more,
});

/** A clock that only the test moves. */
function clock(): { now: number; tick: () => number } {
  const time = { now: 1_000, tick: () => time.now };
  return time;
}

test("one row lists every call of a vendor, in order, and the last one answered", async () => {
  const a: LabVendor = ({ times }) => (times === 0 ? chatFailure(500) : chatFailure(401));
  using lab = new EngineLab({ providers: two, vendors: { a, b: ok } });
  const { text, headers } = await lab.ask();
  expect(text).toContain("ok");
  expect(headers.get("x-penstock-attempts")).toBe("3");
  expect(headers.get("x-penstock-cost")).toBe("0.002");
  expect(headers.get("x-penstock-overhead-us")).toMatch(/^before=\d+,upstream=\d+,overhead=\d+$/);
  expect(lab.records).toHaveLength(1);
  expect(lab.records[0]).toMatchObject({
    providerName: "b",
    outcome: "completed",
    costUsd: 0.002,
    errorCode: undefined,
  });
  expect(lab.records[0]?.attempts).toMatchObject([
    { provider: "a", outcome: "failed", errorCode: "upstream_error", status: 500 },
    { provider: "a", outcome: "failed", errorCode: "upstream_credential_rejected", status: 401 },
    { provider: "b", outcome: "completed" },
  ]);
});

test("a route's retries hold in place of the process's", async () => {
  const a: LabVendor = () => chatFailure(500);
  const routes = [route([{ modelId: "model_a", weight: 1 }], { retries: 0 })];
  using lab = new EngineLab({ providers: two, routes, vendors: { a, b: ok } });
  const { error } = await lab.ask({ model: "r" });
  expect(error?.status).toBe(500);
  expect(lab.asked).toEqual({ a: 1 });
});

test("each target gets its own parameters, from the body as the client sent it", async () => {
  const sent: unknown[] = [];
  const spy =
    (answer: LabVendor): LabVendor =>
    (request) => {
      sent.push(request.body);
      return answer(request);
    };
  const targets = [
    { modelId: "model_a", weight: 1, parameters: { temperature: 0, user: null } },
    { modelId: "model_b", weight: 1, parameters: { top_p: 0.5 } },
  ];
  using lab = new EngineLab({
    providers: two,
    routes: [route(targets)],
    vendors: { a: spy(() => chatFailure(401)), b: spy(ok) },
  });
  await lab.ask({ model: "r", body: { temperature: 1, user: "u" } });
  const messages = [{ role: "user", content: "hi" }];
  expect(sent).toEqual([
    { model: "m", stream: false, messages, temperature: 0 },
    { model: "m", stream: false, messages, temperature: 1, user: "u", top_p: 0.5 },
  ]);
});

test("a body that was changed in its own place is the client's again for the next target", async () => {
  const sent: unknown[] = [];
  const providers = [
    { name: "a", model: { wireId: "x" } },
    { name: "b", model: { wireId: "model-of-b" } },
  ];
  const targets = ["model_a", "model_b"].map((modelId) => ({ modelId, weight: 1 }));
  const spy =
    (answer: () => Response): LabVendor =>
    ({ body }) => {
      sent.push(body.model);
      return answer();
    };
  using lab = new EngineLab({
    providers,
    routes: [route(targets, { name: "model-of-b" })],
    vendors: { a: spy(() => chatFailure(401)), b: spy(() => chatAnswer("ok")) },
  });
  expect((await lab.ask({ model: "model-of-b" })).text).toContain("ok");
  expect(sent).toEqual(["x", "model-of-b"]);
});

test("a request too long for one model goes to a larger one only", async () => {
  const tooLong: LabVendor = () =>
    Response.json({ error: { message: "too long", code: "context_length_exceeded" } }, { status: 400 });
  const providers = [100, 50, 200].map((contextTokens, i) => ({
    name: "abc"[i] ?? "",
    model: { contextTokens },
  }));
  using lab = new EngineLab({ providers, vendors: { a: tooLong, b: ok, c: ok } });
  const { headers } = await lab.ask();
  expect(headers.get("x-penstock-provider")).toBe("c");
  expect(lab.asked).toEqual({ a: 1, c: 1 });
});

test("five failures close the way to a target; after ten seconds one call tries, the others go elsewhere", async () => {
  const time = clock();
  let broken = true;
  const a: LabVendor = () => (broken ? chatFailure(500) : chatAnswer("a"));
  using lab = new EngineLab({
    providers: two,
    vendors: { a, b: ok },
    rules: { retries: 0 },
    tick: time.tick,
  });
  for (let i = 0; i < 8; i++) expect((await lab.ask()).headers.get("x-penstock-provider")).toBe("b");
  expect(lab.asked.a).toBe(5);
  time.now += 10_000;
  await Promise.all([lab.ask(), lab.ask(), lab.ask()]);
  expect(lab.asked.a).toBe(6);
  time.now += 10_000;
  await lab.ask();
  expect(lab.asked.a).toBe(6);
  time.now += 10_000;
  broken = false;
  await lab.ask();
  expect((await lab.ask()).headers.get("x-penstock-provider")).toBe("a");
});

test("when everything cools the client is told when the first of them is ready", async () => {
  const time = clock();
  const limited =
    (seconds: number): LabVendor =>
    () =>
      chatFailure(429, { "retry-after": String(seconds) });
  using lab = new EngineLab({ providers: two, vendors: { a: limited(60), b: limited(30) }, tick: time.tick });
  expect((await lab.ask()).error?.code).toBe("upstream_rate_limited");
  time.now += 5_000;
  const { error } = await lab.ask();
  expect(error).toMatchObject({ code: "targets_cooling", status: 429, retryAfterMs: 25_000 });
  expect(lab.asked).toEqual({ a: 1, b: 1 });
  expect(lab.records[1]).toMatchObject({ errorCode: "targets_cooling", attempts: undefined });
  time.now += 25_000;
  await lab.ask();
  expect(lab.asked).toEqual({ a: 1, b: 2 });
});

test("what the caller does wrong never closes the way to a target", async () => {
  const refused: LabVendor = () => Response.json({ error: { message: "bad" } }, { status: 400 });
  using lab = new EngineLab({ providers: [{ name: "a" }], vendors: { a: refused } });
  for (let i = 0; i < 30; i++) expect((await lab.ask()).error?.code).toBe("upstream_rejected");
  expect(lab.asked).toEqual({ a: 30 });
});

test("an empty account cools all providers of its quota group, and nobody else", async () => {
  const empty: LabVendor = () =>
    Response.json(
      { error: { message: "no", type: "insufficient_quota", code: "insufficient_quota" } },
      { status: 429 },
    );
  const providers = [
    { name: "a", quotaGroup: "team" },
    { name: "b", quotaGroup: "team" },
    { name: "c", quotaGroup: "other" },
  ];
  using lab = new EngineLab({ providers, vendors: { a: empty, b: ok, c: ok } });
  expect((await lab.ask()).headers.get("x-penstock-provider")).toBe("c");
  expect(lab.asked).toEqual({ a: 1, c: 1 });
  const { coolingReason, coolingMs } = lab.targets.view(lab.target("b"), lab.context.tick());
  expect(coolingReason).toBe("quota_exhausted");
  expect(coolingMs).toBeGreaterThan(50_000);
});

test("models that are gone are forgotten", async () => {
  using lab = new EngineLab({ providers: two, vendors: { a: () => chatFailure(500), b: ok } });
  await lab.ask();
  expect(lab.targets.size).toBe(2);
  const [org] = lab.snapshot.orgs;
  if (org === undefined) throw new TypeError("the lab has no org");
  lab.targets.follow({ version: 2, orgs: [{ ...org, providers: org.providers.slice(1) }] });
  expect(lab.targets.size).toBe(1);
});

/** Counts what is reserved and given back. */
function counting(refuse: (provider: string) => PenstockError | undefined = () => undefined) {
  const settled: { provider: string; input: number; costUsd: number | undefined }[] = [];
  const asked: number[] = [];
  let open = 0;
  const admission: Admission = {
    admit({ target, attempt }) {
      asked.push(attempt);
      const provider = target.provider.config.name;
      const refusal = refuse(provider);
      if (refusal !== undefined) throw refusal;
      open++;
      const lease: Lease = {
        addHeaders(headers) {
          headers["x-ratelimit-limit-requests"] = "10";
        },
        settle(usage, costUsd) {
          open--;
          settled.push({ provider, input: usage.input, costUsd });
        },
      };
      return asked.length % 2 === 0 ? lease : Promise.resolve(lease);
    },
  };
  return { admission, settled, asked, open: () => open };
}

test("every call of a vendor has a lease of its own, settled once with what it used", async () => {
  const { admission, settled, asked, open } = counting();
  const a: LabVendor = ({ times }) => (times < 1 ? chatFailure(500) : chatFailure(401));
  using lab = new EngineLab({ providers: two, vendors: { a, b: ok }, admission });
  const { headers } = await lab.ask();
  expect(headers.get("x-ratelimit-limit-requests")).toBe("10");
  expect(asked).toEqual([0, 1, 2]);
  expect(settled).toEqual([
    { provider: "a", input: 0, costUsd: 0 },
    { provider: "a", input: 0, costUsd: 0 },
    { provider: "b", input: 1_000, costUsd: 0.002 },
  ]);
  expect(open()).toBe(0);
});

test("a provider's limit sends the call elsewhere; the caller's own ends it", async () => {
  const limited = counting((name) => (name === "a" ? new PenstockError("provider_limited") : undefined));
  using lab = new EngineLab({ providers: two, vendors: { a: ok, b: ok }, admission: limited.admission });
  const { headers } = await lab.ask();
  expect(lab.asked).toEqual({ b: 1 });
  // Nothing was counted as the caller's request yet when the first target refused.
  expect(limited.asked).toEqual([0, 0]);
  expect(headers.get("x-penstock-attempts")).toBe("1");
  expect(headers.get("x-penstock-attempt-log")).toBe("a/m;status=429;code=provider_limited, b/m;status=200");
  const own = counting(() => new PenstockError("rate_limited"));
  using other = new EngineLab({ providers: two, vendors: { a: ok, b: ok }, admission: own.admission });
  expect((await other.ask()).error?.code).toBe("rate_limited");
  expect(other.asked).toEqual({});
  expect(own.asked).toHaveLength(1);
  expect(other.targets.of(other.target("a")).inFlight).toBe(0);
});

test("a budget without room for a dear model lets a cheaper one of the route answer", async () => {
  const dear = counting((name) => (name === "a" ? new PenstockError("budget_exceeded") : undefined));
  using lab = new EngineLab({ providers: two, vendors: { a: ok, b: ok }, admission: dear.admission });
  expect((await lab.ask()).error).toBeUndefined();
  expect(lab.asked).toEqual({ b: 1 });
  const none = counting(() => new PenstockError("budget_exceeded"));
  using other = new EngineLab({ providers: two, vendors: { a: ok, b: ok }, admission: none.admission });
  expect((await other.ask()).error?.code).toBe("budget_exceeded");
  expect(other.asked).toEqual({});
});

test("a client that leaves gives back what was reserved, and no target keeps a call under way", async () => {
  const { admission, settled, open } = counting();
  const slow: LabVendor = () => Bun.sleep(1_000).then(() => chatAnswer("late"));
  using lab = new EngineLab({ providers: two, vendors: { a: slow, b: ok }, admission });
  const leave = new AbortController();
  const answer = lab.start({ signal: leave.signal });
  await Bun.sleep(20);
  leave.abort();
  await expect(answer).rejects.toThrow();
  expect(open()).toBe(0);
  expect(settled).toHaveLength(1);
  expect(lab.targets.of(lab.target("a")).inFlight).toBe(0);
  expect(lab.records).toMatchObject([
    { outcome: "client_disconnected", attempts: [{ outcome: "cancelled" }] },
  ]);
});
