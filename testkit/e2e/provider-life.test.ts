import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { type StartOptions, startPenstock, type TestPenstock } from "../penstock.ts";

// A vendor that goes away and comes back, as the admin and the clients of a whole server see it.

const probeMs = 400;
const apiKey = "sk-canary-life-5e1f0a77c2";

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_message: string | null;
  readonly last_error: string | null;
  readonly next_probe_at: string | null;
  readonly failures: number;
  readonly models: { readonly total: number; readonly enabled: number };
}

let vendor: MockVendor;
let penstock: TestPenstock;
const start = (timing: Partial<{ probeMs: number; discoveryMs: number }>, more: StartOptions = {}) =>
  startPenstock({ ...more, settings: { timing: { probeMs: 0, discoveryMs: 0, ...timing } } });

const add = (name: string, more: object = {}) =>
  penstock.api("POST", "/providers", {
    name,
    driver: "openai_completions",
    base_url: vendor.url,
    credentials: { api_key: apiKey },
    ...more,
  });
const show = async (id: string) => (await penstock.api("GET", `/providers/${id}`)).body as Shown;
async function waitFor(id: string, is: (shown: Shown) => boolean, ms: number): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < ms) {
    if (is(await show(id))) return performance.now() - began;
    await Bun.sleep(10);
  }
  throw new Error(`after ${ms} ms the provider is ${JSON.stringify(await show(id))}`);
}
const ask = (model: string) =>
  penstock.post("/v1/chat/completions", { model, messages: [{ role: "user", content: "Say hello." }] });

/** The same vendor on the same port, after it was away. */
async function pullThePlug(): Promise<() => void> {
  const port = Number(new URL(vendor.url).port);
  await vendor.close();
  return () => {
    vendor = startOpenAiChatMock({ apiKey, listen: { port } });
  };
}

describe("probes in the background", () => {
  beforeAll(async () => {
    vendor = startOpenAiChatMock({ apiKey });
    penstock = await start({ probeMs });
  });
  afterAll(async () => {
    await penstock.stop();
    await vendor.close();
  });

  test("pulling the plug turns a provider unavailable within two periods, with the reason, and back", async () => {
    const { id, ...made } = (await add("life")).body as Shown;
    expect(made).toMatchObject({ status: "available", status_reason: null });
    expect(made.models.total).toBeGreaterThan(0);
    expect(made.models.enabled).toBeGreaterThan(0);
    const plugIn = await pullThePlug();
    const down = await waitFor(id, ({ status }) => status === "unavailable", 10 * probeMs);
    expect(down).toBeLessThan(2 * probeMs + 300);
    expect(await show(id)).toMatchObject({ status_reason: "unreachable" });
    expect((await show(id)).last_error).toContain("could not be reached");
    plugIn();
    const up = await waitFor(id, ({ status }) => status === "available", 10 * probeMs);
    expect(up).toBeLessThan(4 * probeMs);
    expect(await show(id)).toMatchObject({ failures: 0, status_message: null });
  });

  test("while one account is away, the model is served by the other", async () => {
    const other = startOpenAiChatMock({ apiKey: "sk-other" });
    const first = (await add("first", { models: ["gpt-5"], priority: 1 })).body as Shown;
    const second = { base_url: other.url, credentials: { api_key: "sk-other" } };
    await add("second", { models: ["gpt-5"], priority: 2, ...second });
    const resolves = async () => {
      const { body } = await penstock.api("GET", "/resolve?model=gpt-5");
      return (body as { targets: { provider: string }[] }).targets[0]?.provider;
    };
    expect(await resolves()).toBe("first");
    const plugIn = await pullThePlug();
    await waitFor(first.id, ({ status }) => status === "unavailable", 10 * probeMs);
    expect(await resolves()).toBe("second");
    expect((await ask("gpt-5")).status).toBe(200);
    plugIn();
    await waitFor(first.id, ({ status }) => status === "available", 10 * probeMs);
    expect(await resolves()).toBe("first");
    await other.close();
  });

  test("a revoked credential is told apart from a vendor that is away", async () => {
    const { id } = (await add("revoked")).body as Shown;
    const port = Number(new URL(vendor.url).port);
    await vendor.close();
    vendor = startOpenAiChatMock({ apiKey: "sk-another-now", listen: { port } });
    await waitFor(id, ({ status_reason }) => status_reason === "credential_rejected", 10 * probeMs);
    expect(JSON.stringify(await show(id))).not.toContain(apiKey);
    await vendor.close();
    vendor = startOpenAiChatMock({ apiKey, listen: { port } });
  });

  test("a disabled provider is asked nothing, and serves nothing", async () => {
    const { id } = (await add("off", { models: ["gpt-4o"] })).body as Shown;
    expect((await penstock.api("POST", `/providers/${id}/disable?force=true`)).status).toBe(200);
    expect((await ask("off/gpt-4o")).status).toBe(404);
    expect((await show(id)).next_probe_at).toBeNull();
    expect((await penstock.api("POST", `/providers/${id}/enable`)).body).toMatchObject({ enabled: true });
    expect((await ask("off/gpt-4o")).status).toBe(200);
  });
});

describe("without probes", () => {
  beforeEach(async () => {
    vendor = startOpenAiChatMock({ apiKey });
    penstock = await start({});
  });
  afterEach(async () => {
    await penstock.stop();
    await vendor.close();
  });

  test("the calls themselves tell that the vendor is away, and that it is back", async () => {
    const { id } = (await add("calls", { models: ["gpt-4o"] })).body as Shown;
    const plugIn = await pullThePlug();
    for (let number = 0; number < 2; number++) expect((await ask("calls/gpt-4o")).status).toBe(502);
    await waitFor(
      id,
      ({ status, status_reason }) => `${status} ${status_reason}` === "unavailable unreachable",
      3_000,
    );
    plugIn();
    expect((await ask("calls/gpt-4o")).status).toBe(200);
    await waitFor(id, ({ status }) => status === "available", 3_000);
  });

  test("headers of the provider go with every call, probe and discovery, and come back in no answer", async () => {
    const value = "canary-header-9b2d";
    const made = await add("extra", { models: ["gpt-4o"], headers: { "X-Gateway-Token": value } });
    expect(made.status).toBe(201);
    expect((await ask("extra/gpt-4o")).status).toBe(200);
    const { id } = made.body as Shown;
    await penstock.api("POST", `/providers/${id}/probe`);
    expect(vendor.requests.length).toBeGreaterThan(3);
    expect(new Set(vendor.requests.map(({ headers }) => headers.get("x-gateway-token")))).toEqual(
      new Set([value]),
    );
    const shown = await penstock.api("GET", `/providers/${id}`);
    expect(shown.body).toMatchObject({ headers: { "x-gateway-token": { configured: true } } });
    const audit = await penstock.api("GET", "/audit?limit=1000");
    for (const { body } of [made, shown, audit]) expect(JSON.stringify(body)).not.toContain(value);
    const removed = await penstock.api("PATCH", `/providers/${id}`, { headers: { "x-gateway-token": null } });
    expect(removed.body).toMatchObject({ headers: {} });
    await ask("extra/gpt-4o");
    expect(vendor.lastRequest().headers.get("x-gateway-token")).toBeNull();
  });

  test("headers that the connection decides are refused, and so are too many and masked ones", async () => {
    const refused = async (headers: object) => {
      const { status, body } = await add("refused", { headers });
      return [status, (body as { problems: { path: string }[] }).problems.map(({ path }) => path)];
    };
    for (const name of ["Host", "content-length", "Transfer-Encoding", "connection", "Proxy-Authorization"]) {
      expect(await refused({ [name]: "x" })).toEqual([422, [`/headers/${name}`]]);
    }
    expect(await refused({ "a b": "x" })).toEqual([422, ["/headers/a b"]]);
    for (const value of ["a\r\nb: c", "•••", "sk-…abcd", "[secret]", ""]) {
      expect(await refused({ "x-a": value })).toEqual([422, ["/headers/x-a"]]);
    }
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, number) => [`x-${number}`, "v"]));
    expect(await refused(many)).toEqual([422, ["/headers"]]);
  });

  test("a vendor may be given less time than the others", async () => {
    await add("slow", { models: ["gpt-4o"], timeouts: { first_byte_seconds: 1 } });
    vendor.reply({ pace: { delayMs: 10_000 }, json: {} });
    const began = performance.now();
    expect((await ask("slow/gpt-4o")).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(3_000);
  }, 15_000);
});

test("a server that stops does not wait for a vendor that hangs", async () => {
  const hanging = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Promise<Response>(() => {}) });
  vendor = startOpenAiChatMock({ apiKey });
  penstock = await start({ probeMs: 100 });
  await penstock.api("POST", "/providers?validate=false", {
    name: "hanging",
    driver: "openai_completions",
    base_url: `http://127.0.0.1:${hanging.port}`,
  });
  for (let tries = 0; tries < 100 && hanging.pendingRequests === 0; tries++) await Bun.sleep(20);
  expect(hanging.pendingRequests).toBe(1);
  const began = performance.now();
  await penstock.stop();
  expect(performance.now() - began).toBeLessThan(2_000);
  await hanging.stop(true);
  await vendor.close();
});
