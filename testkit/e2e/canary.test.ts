import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { profileOf } from "../../src/catalog/profile-of.ts";
import { drivers } from "../../src/drivers/_registry.gen.ts";
import { compileSnapshot } from "../../src/engine/compile-snapshot.ts";
import { openControlPlane } from "../../src/services/open-control-plane.ts";
import { buildSnapshot } from "../../src/services/snapshot/build.ts";
import { CanaryWatch, dumpDatabase } from "../canary.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { createPlace, engines, type TestPlace } from "../storage-engines.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";

/** What a call may show of what is secret: names of canaries. */
interface Seen {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

for (const engine of engines) {
  describe(`a whole server's run on ${engine}`, () => {
    const watch = new CanaryWatch();
    const suffix = randomBytes(4).toString("hex");
    const credential = watch.add("provider credential", `sk-canary-${suffix}-credential`);
    const refused = watch.add("refused credential", `sk-canary-${suffix}-refused`);
    const header = watch.add("provider header", `canary-${suffix}-header-value`);
    const password = watch.add("password", `canary ${suffix} pass phrase`);
    const metricsToken = watch.add("metrics token", `canary-${suffix}-metrics-token`);
    const redisPassword = watch.add("redis password", `canary-${suffix}-redis-password`);
    const masterKey = watch.add("master key", randomBytes(32).toString("base64"));
    let place: TestPlace;
    let vendor: MockVendor;
    let server: ServerProcess;

    beforeAll(async () => {
      place = await createPlace(engine);
      vendor = startOpenAiChatMock({ apiKey: credential });
      server = await start();
    }, 60_000);
    afterAll(async () => {
      server[Symbol.dispose]();
      await vendor.close();
      await place.remove();
    });

    const start = () =>
      startProcess(place.dataDir, {
        env: {
          PENSTOCK_MASTER_KEY: `main:${masterKey}`,
          PENSTOCK_EGRESS_ALLOW: "127.0.0.1",
          PENSTOCK_REQUEST_LOG: "on",
          PENSTOCK_METRICS: `token:${metricsToken}`,
          // Nobody is there: what is said of that must not say the password.
          PENSTOCK_REDIS_URL: `redis://:${redisPassword}@127.0.0.1:9`,
          ...(place.databaseUrl !== undefined && { PENSTOCK_DATABASE_URL: place.databaseUrl }),
        },
      });

    /** One call, looked at from status line to last byte. */
    async function call(
      method: string,
      path: string,
      {
        json,
        headers = {},
        shows = [],
      }: { json?: unknown; headers?: Record<string, string>; shows?: string[] } = {},
    ): Promise<Seen> {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        redirect: "manual",
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      const text = await response.text();
      watch.see(`${method} ${path}`, `${text}\n${JSON.stringify([...response.headers])}`, { shows });
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
    }
    const admin = (method: string, path: string, options: Parameters<typeof call>[2] = {}) =>
      call(method, `/api/v1${path}`, {
        ...options,
        headers: { authorization: `Bearer ${server.bootstrap.admin_key}`, ...options.headers },
      });

    async function signIn(): Promise<void> {
      const token = watch.add(
        "setup token",
        new URL(server.bootstrap.setup_url).searchParams.get("token") ?? "",
      );
      const person = { email: "olive@example.com", name: "Olive" };
      const origin = { origin: server.url };
      await call("POST", "/api/v1/setup", { json: { token, ...person, password: "short" }, headers: origin });
      const made = await call("POST", "/api/v1/setup", {
        json: { token, ...person, password },
        headers: origin,
        shows: ["session signature", "session cookie"],
      });
      expect(made.status).toBe(201);
      const cookie = made.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
      // The database knows a session's number; without the signature after the dot that opens nothing.
      const [name = "", value = ""] = cookie.split("=", 2);
      const [number = "", signature = ""] = decodeURIComponent(value).split(".");
      watch.add("session signature", signature);
      watch.add("session cookie", decodeURIComponent(value));
      for (const forged of [number, `${number}.`, `${number}.${"A".repeat(signature.length)}`]) {
        const headers = { cookie: `${name}=${encodeURIComponent(forged)}` };
        expect((await call("GET", "/api/v1/auth/session", { headers })).status).toBe(401);
      }
      for (const path of ["/auth/session", "/auth/sessions", "/members", "/audit", "/audit?instance=true"]) {
        expect((await call("GET", `/api/v1${path}`, { headers: { cookie } })).status).toBe(200);
      }
      const wrong = { email: person.email, password: `${password}!` };
      expect((await call("POST", "/api/v1/auth/sign-in", { json: wrong, headers: origin })).status).toBe(401);
      const invited = await call("POST", "/api/v1/invitations", {
        json: { email: "ira@example.com", role: "viewer" },
        headers: { cookie, ...origin },
        shows: ["invitation token"],
      });
      const link = new URL(String(invited.body.url));
      watch.add("invitation token", link.searchParams.get("token") ?? link.hash.slice(1));
    }

    async function useProviders(): Promise<void> {
      const account = {
        driver: "openai_completions",
        base_url: `${vendor.url}/v1`,
        headers: { "x-extra": header },
      };
      const rejected = { ...account, credentials: { api_key: refused } };
      expect((await admin("POST", "/providers", { json: { name: "bad", ...rejected } })).status).toBe(422);
      await admin("POST", "/providers/check", { json: rejected });
      await admin("POST", "/providers", {
        json: {
          name: "bad",
          ...rejected,
          credentials: { api_key: refused, [`x${refused}`.slice(0, 8)]: "y" },
        },
      });
      const json = {
        name: "main",
        ...account,
        credentials: { api_key: credential },
        models: ["gpt-4o-mini"],
      };
      const made = await admin("POST", "/providers", { json });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      await admin("POST", `/providers/${made.body.id}/probe`);
      await admin("POST", `/providers/${made.body.id}/discover`);
      await admin("PATCH", `/providers/${made.body.id}`, { json: { credentials: { api_key: refused } } });
    }

    async function useConnections(): Promise<void> {
      const secret = watch.add("OAuth client secret", `canary-${suffix}-client-secret`);
      const options = {
        verify_url: "https://service.example/me",
        authorize_url: "https://service.example/authorize",
        token_url: "https://service.example/token",
      };
      const client = { client_id: "client", client_secret: secret, options };
      const saved = await admin("PUT", "/connectors/generic", { json: client });
      expect(saved.status, JSON.stringify(saved.body)).toBe(200);
      await admin("PUT", "/connectors/generic", { json: { ...client, client_id: 7 } });
      await admin("GET", "/connectors/generic");
    }

    async function useWebhooks(): Promise<void> {
      const json = { name: "ops", url: "https://127.0.0.1:9/hook" };
      const made = await admin("POST", "/webhooks", { json, shows: ["webhook secret"] });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      watch.add("webhook secret", String(made.body.secret).slice("whsec_".length));
      const path = `/webhooks/${made.body.id}`;
      const rotated = await admin("POST", `${path}/rotate-secret`, {
        json: {},
        shows: ["rotated webhook secret"],
      });
      watch.add("rotated webhook secret", String(rotated.body.secret).slice("whsec_".length));
      await admin("POST", `${path}/test`);
      for (const read of [path, `${path}/deliveries`]) expect((await admin("GET", read)).status).toBe(200);
    }

    async function useKeys(): Promise<void> {
      const made = await admin("POST", "/keys", { json: { name: "canary" }, shows: ["key"] });
      const key = watch.add("key", String(made.body.value));
      const ask = { model: "main/gpt-4o-mini", messages: [{ role: "user", content: "hi" }] };
      const chat = (path: string, headers: Record<string, string>, model = ask.model) =>
        call("POST", path, { json: { ...ask, model }, headers });
      const bearer = { authorization: `Bearer ${key}` };
      expect((await chat("/v1/chat/completions", bearer)).status).toBe(200);
      // A vendor that repeats in its error what it was sent.
      const repeats = {
        error: { message: `you sent ${credential} and ${header}`, type: "invalid_request_error" },
      };
      vendor.reply(
        { status: 400, json: repeats, unchecked: true },
        { status: 500, json: repeats, unchecked: true },
      );
      expect((await chat("/v1/chat/completions", bearer)).status).toBe(400);
      await chat("/v1/chat/completions", bearer);
      await chat("/v1/chat/completions", bearer, "no-such-model");
      const url = watch.add("gateway URL token", server.bootstrap.gateway_url.split("/u/")[1] ?? "");
      await call("POST", `/u/${url}/v1/chat/completions`, { json: ask });
      await call("POST", `/u/${url}x/v1/chat/completions`, { json: ask });
      await call("POST", `/v1/chat/completions?key=${key}x`, { json: ask });
      const { body } = await admin("POST", `/keys/${made.body.id}/rotate`, {
        json: {},
        shows: ["rotated key"],
      });
      const rotated = watch.add("rotated key", String(body.value));
      expect((await chat("/v1/chat/completions", { "x-api-key": rotated })).status).toBe(200);
      watch.add("first gateway key", server.bootstrap.gateway_key);
      watch.add("first admin key", server.bootstrap.admin_key);
      await admin("POST", "/secrets/rotate", { json: { new_key: true } });
    }

    /** Every read of the contract that needs no id, so that a new one is looked at without anybody thinking of it. */
    async function readEverything(): Promise<void> {
      const { body } = await admin("GET", "/openapi.json");
      const paths = Object.entries(body.paths as Record<string, object>)
        .filter(([path, methods]) => "get" in methods && !path.includes("{"))
        .map(([path]) => path.replace(/^\/api\/v1/, ""));
      expect(paths.length).toBeGreaterThan(8);
      for (const path of paths) await admin("GET", path);
      for (const list of ["/providers", "/keys", "/models"]) {
        const { data } = (await admin("GET", list)).body as { data: { id: string }[] };
        for (const { id } of data) await admin("GET", `${list}/${id}`);
      }
      for (const path of ["/healthz", "/readyz", "/metrics", "/setup", "/v1/models"]) await call("GET", path);
      const scraper = { authorization: `Bearer ${metricsToken}` };
      expect((await call("GET", "/metrics", { headers: scraper })).status).toBe(200);
      expect((await call("GET", "/metrics", { headers: { authorization: "Bearer no" } })).status).toBe(401);
    }

    /** What a developer would print of the running configuration. */
    async function inspectConfiguration(): Promise<void> {
      const { ctx, close } = await openControlPlane({
        dataDir: place.dataDir,
        databaseUrl: place.databaseUrl,
        masterKey: `main:${masterKey}`,
        publicUrl: "http://localhost:8080",
        drivers,
        driverFetch: () => Promise.reject(new TypeError("no network here")),
        profileOf,
        log: () => {},
      });
      const snapshot = await buildSnapshot(ctx);
      const plane = compileSnapshot(snapshot, { drivers });
      const provider = [...plane.orgs.values()].flatMap((org) => [...org.providers.values()]);
      const main = provider.find(({ config }) => config.name === "main");
      expect(main?.secrets()).toContain(credential);
      const upstream = main?.upstream("openai-chat");
      expect({ ...upstream?.headers }).toMatchObject({ "x-extra": header });
      for (const [what, value] of Object.entries({
        ctx,
        snapshot,
        plane,
        main,
        upstream,
        vault: ctx.vault,
      })) {
        watch.see(`inspection of ${what}`, inspect(value, { depth: 30 }));
        watch.see(`Bun's inspection of ${what}`, Bun.inspect(value, { depth: 30 }));
        watch.see(`JSON of ${what}`, what === "ctx" ? "" : JSON.stringify(value));
      }
      await close();
    }

    test("shows no secret in answers, logs, the database or inspected objects", async () => {
      await signIn();
      await useProviders();
      await useConnections();
      await useWebhooks();
      await useKeys();
      await readEverything();
      // While it runs: the write-ahead log holds what the file does not yet.
      watch.see("the database while it is open", await dumpDatabase(place));
      server.signal("SIGTERM");
      await server.exited;
      expect(server.stdout()).toContain('"outcome":"completed"');
      expect(server.stderr()).toContain("limits_not_shared");
      watch.see("standard output", server.stdout());
      watch.see("standard error", server.stderr());
      watch.see("the database", await dumpDatabase(place));
      await inspectConfiguration();
      expect(vendor.lastRequest().headers.get("x-extra")).toBe(header);
      const { canaries, sightings } = watch.size();
      expect(canaries).toBeGreaterThanOrEqual(14);
      expect(sightings).toBeGreaterThan(40);
      expect(watch.leaks()).toEqual([]);
    }, 60_000);
  });
}

test("the watch finds what it looks for, in every spelling", () => {
  const value = "canary +/ value-0123456789";
  for (const text of [
    `x${value}y`,
    encodeURIComponent(value),
    `Basic ${Buffer.from(`user:${value}:more`).toString("base64")}`,
    Buffer.from(`a${value}`).toString("base64url"),
    Buffer.from(value).toString("hex"),
  ]) {
    const watch = new CanaryWatch();
    watch.add("test", value);
    watch.see("here", text);
    expect(watch.leaks().length).toBeGreaterThan(0);
    expect(watch.leaks().join()).not.toContain(value);
  }
});
