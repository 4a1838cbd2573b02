import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { actionsOf, type ResourceKind } from "../services/allowed-actions.ts";
import { createKey } from "../services/keys/create.ts";
import { upsertLimit } from "../services/limits/upsert.ts";
import { createProvider } from "../services/providers/create.ts";
import { createRoute } from "../services/routes/create.ts";
import { type ServiceContext, withActor } from "../services/service-context.ts";
import { createWebhook } from "../services/webhooks/create.ts";

// Whatever an answer says the caller may do, the verb lets them do, and nothing else: every action is tried.

let api: TestApi;
let readKey: string;

beforeAll(async () => {
  api = await startApi();
  const { ctx, orgId } = api.plane;
  readKey = (await createKey(ctx, { orgId, name: "reader", scopes: ["read"] })).value.reveal();
});
afterAll(() => api.stop());

/** The request of each action; what ends a resource stands last. */
const calls: { readonly [K in ResourceKind]: Readonly<Record<string, readonly [string, string, unknown?]>> } =
  {
    provider: {
      update: ["PATCH", "", { priority: 7 }],
      ...{ probe: ["POST", "/probe"], discover: ["POST", "/discover"], review: ["POST", "/models/review"] },
      ...{ disable: ["POST", "/disable?force=true"], enable: ["POST", "/enable"] },
      delete: ["DELETE", "?force=true"],
    },
    model: { update: ["PATCH", "", { favorite: true }], delete: ["DELETE", "?force=true"] },
    key: {
      ...{ update: ["PATCH", "", { strict: true }], rotate: ["POST", "/rotate", {}] },
      revoke: ["DELETE", ""],
    },
    route: { update: ["PATCH", "", { retries: 1 }], delete: ["DELETE", "?force=true"] },
    limit: { update: ["PATCH", "", { concurrency: 3 }], delete: ["DELETE", ""] },
    webhook: {
      update: ["PATCH", "", { enabled: true }],
      ...{ test: ["POST", "/test", {}], rotate_secret: ["POST", "/rotate-secret", {}] },
      delete: ["DELETE", ""],
    },
  };

const refusals = ["key_scope", "role_missing", "origin_conflict", "conflict"];

/** One of each kind, made by this actor; by its path in the API. */
async function makeAll(ctx: ServiceContext, name: string): Promise<readonly [ResourceKind, string][]> {
  const { orgId } = api.plane;
  const account = { driver: "fake", credentials: { api_key: "sk-one" }, models: ["m1"] };
  const provider = await createProvider(ctx, { orgId, name, discover: false, ...account });
  const models = await ctx.storage.reads.models.listByProvider(provider.id);
  const { key } = await createKey(ctx, { orgId, name });
  const targets = [{ model: `${name}/m1` }];
  const route = await createRoute(ctx, { orgId, name: `${name}-route`, strategy: "ordered", targets });
  const subject = { kind: "key", id: key.id } as const;
  const { limit } = await upsertLimit(ctx, { orgId, subject, requestsPerMinute: 5 });
  const hook = { orgId, name, url: "https://hooks.example/x" };
  const { webhook } = await createWebhook(api.plane.ctx, hook);
  return [
    ["webhook", `/webhooks/${webhook.id}`],
    ["limit", `/limits/${limit.id}`],
    ["route", `/routes/${route.id}`],
    ["key", `/keys/${key.id}`],
    ["model", `/models/${models[0]?.id}`],
    ["provider", `/providers/${provider.id}`],
  ];
}

async function allowedAt(path: string, key?: string): Promise<readonly string[]> {
  const { status, body } = await api.call("GET", path, key === undefined ? {} : { key });
  expect(status).toBe(200);
  return (body as unknown as { readonly allowed_actions: readonly string[] }).allowed_actions;
}

async function compare(resources: readonly [ResourceKind, string][], key?: string): Promise<void> {
  for (const [kind, path] of resources) {
    expect(Object.keys(calls[kind]).toSorted()).toEqual([...actionsOf(kind)].toSorted());
    for (const [action, [method, suffix, body]] of Object.entries(calls[kind])) {
      const told = (await allowedAt(path, key)).includes(action);
      const answer = await api.call(method, path + suffix, {
        ...(body !== undefined && { body }),
        ...(key !== undefined && { key }),
      });
      const done = !refusals.includes(answer.body?.code ?? "");
      expect([kind, action, done, answer.body?.code]).toEqual([kind, action, told, answer.body?.code]);
    }
  }
}

test("an admin may do with what the API made whatever is told, and it is done", async () => {
  const resources = await makeAll(api.plane.ctx, "mine");
  for (const [kind, path] of resources) {
    const expected = actionsOf(kind).filter((action) => action !== "enable");
    expect(await allowedAt(path)).toEqual([...expected]);
  }
  await compare(resources);
  const revoked = resources.find(([kind]) => kind === "key")?.[1] ?? "";
  expect(await allowedAt(revoked)).toEqual([]);
});

test("what a file manages is told to be left to it, and is", async () => {
  const file = withActor(api.plane.ctx, { kind: "file", name: "p.yaml", orgId: api.plane.orgId });
  const resources = await makeAll(file, "filed");
  const [provider = ""] = resources.filter(([kind]) => kind === "provider").map(([, path]) => path);
  expect(await allowedAt(provider)).toEqual(["probe", "discover", "review"]);
  await compare(resources);
});

test("whoever may only read is told nothing else, in lists too", async () => {
  const resources = await makeAll(api.plane.ctx, "seen");
  for (const [, path] of resources) expect(await allowedAt(path, readKey)).toEqual([]);
  await compare(resources, readKey);
  const { body } = await api.call("GET", "/providers", { key: readKey });
  expect(JSON.stringify(body)).toContain('"allowed_actions":[]');
});
