import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { canary, startApi, type TestApi } from "../../testkit/api.ts";
import { engines } from "../../testkit/storage-engines.ts";
import { beginRequest, keptMs, leaseMs } from "../services/idempotency/begin.ts";
import { createKey } from "../services/keys/create.ts";
import { withActor } from "../services/service-context.ts";

for (const engine of engines) {
  describe(`idempotency keys on ${engine}`, () => {
    let api: TestApi;
    let later = 0;
    beforeEach(async () => {
      later = 0;
      api = await startApi({ engine, now: () => Date.now() + later });
    });
    afterEach(() => api.stop());

    const make = (name: string, key: string, headers: Record<string, string> = {}) =>
      api.call("POST", "/keys", { body: { name }, headers: { "idempotency-key": key, ...headers } });
    const names = async () =>
      (await api.call("GET", "/keys")).body.data.map(({ name }) => name).filter((name) => name !== "admin");

    test("the same request sent again gets the same answer and does nothing", async () => {
      const first = await make("ci", "one");
      const again = await make("ci", "one");
      expect(first.status).toBe(201);
      expect(first.headers.has("idempotent-replayed")).toBe(false);
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
      expect(again.headers.get("x-penstock-request-id")).not.toBe(first.headers.get("x-penstock-request-id"));
      expect(await names()).toEqual(["ci"]);
    });

    test("two at once make one key", async () => {
      const answers = await Promise.all(["k", "k", "k", "k"].map((key) => make("ci", key)));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body.value)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.has("idempotent-replayed"))).toHaveLength(3);
      expect(await names()).toEqual(["ci"]);
    });

    test("another body, query or path under the same key is refused", async () => {
      await make("ci", "one");
      const other = await make("other", "one");
      expect([other.status, other.body.code]).toEqual([422, "idempotency_mismatch"]);
      const elsewhere = await api.call("POST", "/providers/check", {
        body: { name: "ci" },
        headers: { "idempotency-key": "one" },
      });
      expect(elsewhere.body.code).toBe("idempotency_mismatch");
      expect(await names()).toEqual(["ci"]);
    });

    test("another caller's key of the same name is another key", async () => {
      const { value } = await createKey(api.plane.ctx, {
        orgId: api.plane.orgId,
        name: "second",
        scopes: ["admin"],
      });
      await make("ci", "one");
      const other = await make("ci2", "one", { authorization: `Bearer ${value.reveal()}` });
      expect([other.status, other.headers.has("idempotent-replayed")]).toEqual([201, false]);
    });

    test("a refusal is answered again, too, and a day later the key is free", async () => {
      const refused = await make("", "one");
      const again = await make("", "one");
      expect([refused.status, again.status, again.headers.get("idempotent-replayed")]).toEqual([
        422,
        422,
        "true",
      ]);
      expect(again.headers.get("content-type")).toBe("application/problem+json");
      later = keptMs + 1_000;
      expect((await make("ci", "one")).status).toBe(201);
    });

    test("who died in the middle holds the key for a short while only", async () => {
      const { ctx, orgId } = api.plane;
      const key = await ctx.storage.reads.keys.findByDigest(ctx.vault.digestKey(api.adminKey));
      const actor = { kind: "key" as const, id: key?.id ?? "", name: "admin", orgId, scopes: [] };
      const content = JSON.stringify(["POST", "/api/v1/keys", "", JSON.stringify({ name: "ci" })]);
      const died = await beginRequest(withActor(ctx, actor), { orgId, key: "one", content });
      expect("claim" in died).toBe(true);
      expect((await make("other", "one")).body.code).toBe("idempotency_mismatch");
      later = leaseMs + 1_000;
      const retried = await make("ci", "one");
      expect([retried.status, retried.headers.has("idempotent-replayed")]).toEqual([201, false]);
    });

    test("a request that is still under way is said to be", async () => {
      const { ctx, orgId } = api.plane;
      const key = await ctx.storage.reads.keys.findByDigest(ctx.vault.digestKey(api.adminKey));
      const actor = { kind: "key" as const, id: key?.id ?? "", name: "admin", orgId, scopes: [] };
      const content = JSON.stringify(["POST", "/api/v1/keys", "", JSON.stringify({ name: "ci" })]);
      await beginRequest(withActor(ctx, actor), { orgId, key: "one", content });
      const { status, body, headers } = await make("ci", "one");
      expect([status, body.code, headers.get("retry-after")]).toEqual([409, "idempotency_in_progress", "1"]);
    }, 15_000);

    test("a failure of the server is not kept", async () => {
      const { storage } = api.plane.ctx;
      const { change } = storage;
      Object.assign(storage, { change: () => Promise.reject(new Error("boom")) });
      expect((await make("ci", "one")).status).toBe(500);
      Object.assign(storage, { change });
      expect((await make("ci", "one")).status).toBe(201);
    });

    test("an answer is kept sealed: neither a key's value nor what was sent is in the database", async () => {
      const { body } = await make("ci", "one");
      await api.call("POST", "/providers", {
        body: { name: "p", driver: "fake", credentials: { api_key: canary } },
        headers: { "idempotency-key": "two" },
      });
      const rows = await api.plane.query("select * from idempotency_keys");
      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toContain(body.value);
      expect(JSON.stringify(rows)).not.toContain(canary);
    });

    test("a key that is no key is refused", async () => {
      const { status, body } = await make("ci", "with space");
      expect([status, body.problems[0]?.path]).toEqual([422, "header idempotency-key"]);
    });
  });
}
