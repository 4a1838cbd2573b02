import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { type Caller, keyCaller, sessionCaller } from "../../testkit/caller.ts";
import { Contract, type Operation } from "../../testkit/contract.ts";
import { addMember } from "../../testkit/people.ts";
import { usageRecord } from "../../testkit/usage-record.ts";
import { createInvitation } from "../services/invitations/create.ts";
import { createKey } from "../services/keys/create.ts";
import { createLimit } from "../services/limits/create.ts";
import { createOrg } from "../services/orgs/create.ts";
import { createPrice } from "../services/prices/create.ts";
import { createProvider } from "../services/providers/create.ts";
import { createRoute } from "../services/routes/create.ts";
import { createWebhook } from "../services/webhooks/create.ts";

// Walks every operation of the OpenAPI document with the ids of another organization's things.

/** A real id of the other org by the collection in the path that stands before the parameter. A new collection needs one here. */
let foreign: Readonly<Record<string, string>>;

/** Parameters that name nothing of an org. */
const noIds: Readonly<Record<string, string>> = {
  "/api/v1/profiles/{maker}/{model}": "the catalog's, the same for all",
  "/api/v1/connectors/{id}": "built in, the same for all",
  "/api/v1/providers/by-name/{name}": "a name in the caller's own org, made when it is not there",
};

/** Query parameters that take an id, and whose. */
const idQueries: Readonly<Record<string, string>> = {
  provider_id: "providers",
  rebind: "models",
  to: "models",
  actor: "keys",
  target: "providers",
  key: "keys",
  key_id: "keys",
  model_id: "models",
  provider: "providers",
};
/** Those that take none; a new parameter must be put into one of the two. */
const otherQueries = new Set([
  ...["cursor", "sort", "query", "driver", "expect_head", "action", "from", "model", "kind", "status"],
  ...[
    "return_to",
    "code",
    "state",
    "connector",
    "group_by",
    "surface",
    "error_code",
    "route",
    "agent",
    "agent_role",
    "strategy",
  ],
]);

let api: TestApi;
let contract: Contract;
let callers: readonly Caller[];
let otherOrg: string;

beforeAll(async () => {
  api = await startApi();
  const { ctx, orgId } = api.plane;
  ({ id: otherOrg } = await createOrg(ctx, { name: "other" }));
  foreign = { ...(await fill(otherOrg, "other.example")), sessions: await sessionOf("owner@other.example") };
  await addMember(ctx, { orgId, email: "owner@example.com", role: "owner" });
  const operatorId = await addMember(ctx, { orgId, email: "operator@example.com", role: "owner" });
  await ctx.storage.change((writes) => writes.members.makeOperator({ userId: operatorId, at: 1 }));
  const operatorKey = await createKey(ctx, { orgId, name: "op", scopes: ["admin", "operator"] });
  callers = [
    keyCaller(api, { name: "a key with the scope admin", key: api.adminKey }),
    keyCaller(api, { name: "a key with the scope operator", key: operatorKey.value.reveal() }),
    await sessionCaller(api, { name: "an owner", email: "owner@example.com" }),
    await sessionCaller(api, { name: "an operator", email: "operator@example.com" }),
  ];
  contract = new Contract((await api.call("GET", "/openapi.json", { key: "" })).body);
});

afterAll(() => api.stop());

/** One of everything in an org. */
async function fill(orgId: string, domain: string): Promise<Readonly<Record<string, string>>> {
  const { ctx } = api.plane;
  const provider = await createProvider(ctx, {
    ...{
      orgId,
      name: domain,
      driver: "fake",
      credentials: { api_key: "k" },
      models: ["m"],
      discover: false,
    },
  });
  const [model] = await ctx.storage.reads.models.listByProvider(provider.id);
  const target = { model: model?.id ?? "" };
  const route = await createRoute(ctx, { orgId, name: domain, strategy: "single", targets: [target] });
  const price = await createPrice(ctx, { orgId, model: domain, tiers: [{ input: 1, output: 1 }] });
  const { key } = await createKey(ctx, { orgId, name: domain });
  const limit = await createLimit(ctx, { orgId, subject: { kind: "key", id: key.id }, concurrency: 1 });
  const member = await addMember(ctx, { orgId, email: `owner@${domain}`, role: "owner" });
  const { invitation } = await createInvitation(ctx, { orgId, email: `new@${domain}`, role: "viewer" });
  const record = usageRecord({ orgId, keyId: key.id, requestId: ctx.newId("req") });
  await ctx.storage.ledger.insert([record]);
  const hook = { orgId, name: "ops", url: "https://ops.example/hook" };
  const { webhook } = await createWebhook(ctx, hook);
  const connection = ctx.newId("conn");
  await ctx.storage.change((writes) =>
    writes.connections.insert({
      ...{ id: connection, orgId, userId: member, connector: "github", name: "github", auth: "api_key" },
      ...{ options: {}, accountId: undefined, accountName: undefined, scopes: [], client: undefined },
      ...{ status: "connected", statusReason: undefined, checkedAt: 1, createdAt: 1, updatedAt: 1 },
    }),
  );
  return {
    orgs: orgId,
    providers: provider.id,
    models: model?.id ?? "",
    routes: route.id,
    prices: price.id,
    keys: key.id,
    limits: limit.id,
    members: member,
    invitations: invitation.id,
    requests: record.requestId,
    connections: connection,
    webhooks: webhook.id,
  };
}

let made = 0;

/** The path with the id or the name of a new thing of the callers' own org. */
async function freshPath({ path, params }: Operation): Promise<string> {
  if (params.length === 0) return path;
  const { ctx, orgId } = api.plane;
  const provider = await createProvider(ctx, {
    ...{ orgId, name: `own-${made++}`, driver: "fake", credentials: { api_key: "k" } },
    ...{ models: ["m"], discover: false },
  });
  const [model] = await ctx.storage.reads.models.listByProvider(provider.id);
  // Only where it is asked for: a route keeps its model in use.
  const newRoute = async () => {
    const targets = [{ model: model?.id ?? "" }];
    return (await createRoute(ctx, { orgId, name: provider.name, strategy: "single", targets })).id;
  };
  const newPrice = async () =>
    (await createPrice(ctx, { orgId, model: provider.name, tiers: [{ input: 1, output: 1 }] })).id;
  const fresh: Readonly<Record<string, string | undefined>> = {
    providers: provider.id,
    models: model?.id,
    ...(collectionOf(path) === "prices" && { prices: await newPrice() }),
    ...(collectionOf(path) === "routes" && { routes: await newRoute() }),
  };
  if (params.includes("name")) return path.replace("{name}", provider.name);
  const id = fresh[collectionOf(path)];
  if (id === undefined) throw new Error(`say here how to make one of the ${collectionOf(path)}`);
  return path.replace("{id}", id);
}

/** Without what differs between any two new things. */
function comparable(answer: ReturnType<typeof shown>) {
  const text = answer.text
    .replaceAll(/\b[a-z]+_[0-9a-z]{26}/g, "{id}")
    .replaceAll(/own-\d+/g, "{name}")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "{time}")
    .replaceAll(/"latency_ms":\d+/g, "{latency}");
  return { status: answer.status, headers: answer.headers.filter(([name]) => name !== "etag"), text };
}

async function sessionOf(email: string): Promise<string> {
  const them = await sessionCaller(api, { name: email, email });
  const { text } = await them.call("GET", "/api/v1/auth/sessions");
  return JSON.parse(text).data[0].id;
}

/** An id of the same kind that nothing has. */
function absentTwin(id: string): string {
  const turned = [...id.slice(-8)].map((letter) => (letter === "0" ? "1" : "0")).join("");
  return id.slice(0, -8) + turned;
}

/** The collection whose id a parameter takes: the word before it in the path. */
function collectionOf(path: string): string {
  return /([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? path;
}

const byPath = (operation: Operation) => operation.params.length > 0 && noIds[operation.path] === undefined;

test("every parameter of the contract has a fixture", () => {
  const missing = contract.operations.flatMap((operation) => [
    ...(byPath(operation) && foreign[collectionOf(operation.path)] === undefined ? [operation.name] : []),
    ...operation.query
      .filter((name) => idQueries[name] === undefined && !otherQueries.has(name))
      .map((name) => `${operation.name}?${name}`),
  ]);
  expect(missing).toEqual([]);
  expect(contract.operations.filter(byPath).length).toBeGreaterThan(25);
});

test("another organization's ids are answered like ids that do not exist, whoever asks", async () => {
  const before = await stateOfOther();
  for (const operation of contract.operations.filter(byPath)) {
    const id = foreign[collectionOf(operation.path)] ?? "";
    const body = bodyOf(operation);
    for (const caller of callers) {
      const ask = (which: string) =>
        caller
          .call(operation.method, operation.path.replace("{id}", which), { body })
          .then((answer) => shown(answer, which));
      const [real, absent] = [await ask(id), await ask(absentTwin(id))];
      const what = `${caller.name}: ${operation.name}`;
      const expected = caller.by === "session" ? [404] : operation.access === "session" ? [401, 403] : [404];
      expect([what, expected.includes(real.status), real.status]).toEqual([what, true, real.status]);
      expect([what, real]).toEqual([what, absent]);
    }
  }
  expect(await stateOfOther()).toEqual(before);
}, 60_000);

test("nor does a query tell whether another organization's id exists", async () => {
  const before = await stateOfOther();
  let asked = 0;
  for (const operation of contract.operations) {
    for (const name of operation.query) {
      const id = foreign[idQueries[name] ?? ""];
      if (id === undefined) continue;
      for (const caller of callers) {
        asked++;
        // Each time of things of the caller's own that are new, since the call may end them.
        const ask = async (which: string) => {
          const url = `${await freshPath(operation)}?${name}=${which}`;
          const answer = await caller.call(operation.method, url, { body: bodyOf(operation) });
          return comparable(shown(answer, which));
        };
        const [real, absent] = [await ask(id), await ask(absentTwin(id))];
        const what = `${caller.name}: ${operation.name}?${name}`;
        expect([what, real]).toEqual([what, absent]);
        expect(real.status).toBeLessThan(500);
      }
    }
  }
  expect(asked).toBeGreaterThan(10);
  expect(await stateOfOther()).toEqual(before);
}, 60_000);

test("nor does a limit's subject", async () => {
  const before = await stateOfOther();
  for (const [kind, id] of [
    ["key", foreign.keys],
    ["provider", foreign.providers],
  ] as const) {
    for (const method of ["POST", "PUT"]) {
      for (const caller of callers) {
        const ask = async (which: string) => {
          const body = { subject: { kind, id: which }, concurrency: 1 };
          return comparable(shown(await caller.call(method, "/api/v1/limits", { body }), which));
        };
        const [real, absent] = [await ask(id ?? ""), await ask(absentTwin(id ?? ""))];
        expect([caller.name, kind, real]).toEqual([caller.name, kind, absent]);
        expect(real.status).toBe(422);
      }
    }
  }
  expect(await stateOfOther()).toEqual(before);
});

test("nor does the provider of a price", async () => {
  const before = await stateOfOther();
  const provider = foreign.providers ?? "";
  for (const caller of callers) {
    const ask = async (which: string) => {
      const body = { provider: which, model: "m", tiers: [{ input: 1, output: 1 }] };
      return comparable(shown(await caller.call("POST", "/api/v1/prices", { body }), which));
    };
    const [real, absent] = [await ask(provider), await ask(absentTwin(provider))];
    expect([caller.name, real]).toEqual([caller.name, absent]);
    expect(real.status).toBe(422);
  }
  expect(await stateOfOther()).toEqual(before);
});

test("nor does a body", async () => {
  const before = await stateOfOther();
  const model = foreign.models ?? "";
  for (const [name, make] of Object.entries(idBodies)) {
    const operation = contract.operations.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`${name} is not in the contract any more`);
    for (const caller of callers) {
      const ask = async (which: string) => {
        const answer = await caller.call(operation.method, await freshPath(operation), { body: make(which) });
        return comparable(shown(answer, which));
      };
      const [real, absent] = [await ask(model), await ask(absentTwin(model))];
      const what = `${caller.name}: ${name}`;
      expect([what, real]).toEqual([what, absent]);
      expect(real.status).toBeGreaterThanOrEqual(400);
    }
  }
  expect(await stateOfOther()).toEqual(before);
});

/** Bodies that name a model. */
const idBodies: Readonly<Record<string, (id: string) => unknown>> = {
  "PATCH /api/v1/models": (id) => ({ models: [id], enabled: true }),
  "POST /api/v1/models/{id}/rebind": (id) => ({ to: id }),
  "POST /api/v1/routes": (model) => ({ name: "r", strategy: "single", targets: [{ model }] }),
  "PATCH /api/v1/routes/{id}": (model) => ({ targets: [{ model }] }),
};

function bodyOf(operation: Operation): unknown {
  return operation.body === undefined
    ? undefined
    : (bodies[operation.name] ?? contract.sample(operation.body));
}

/** Where the smallest body is not a valid one. */
const bodies: Readonly<Record<string, unknown>> = {};

/** All of an answer but what names this request and the id that was asked for. */
function shown(answer: { status: number; headers: Headers; text: string }, id: string) {
  const headers = [...answer.headers].filter(
    ([name]) => !["x-penstock-request-id", "content-length"].includes(name),
  );
  const text = answer.text.replaceAll(id, "{id}").replaceAll(/req_[0-9a-z]{26}/g, "{request}");
  return { status: answer.status, headers, text };
}

/** Everything of the other org that a caller might have changed. */
async function stateOfOther(): Promise<unknown> {
  const { reads, ledger } = api.plane.ctx.storage;
  const page = { orgId: otherOrg, limit: 100, after: undefined };
  return {
    org: await reads.orgs.find(otherOrg),
    providers: await reads.providers.listByOrg(otherOrg),
    models: await reads.models.listByProvider(foreign.providers ?? ""),
    routes: await reads.routes.listByOrg(otherOrg),
    prices: await reads.prices.listLiveByOrg(otherOrg),
    limits: await reads.limits.listByOrg(otherOrg),
    keys: await reads.keys.find({ orgId: otherOrg, id: foreign.keys ?? "" }),
    members: await reads.members.page(page),
    invitations: await reads.invitations.page({ ...page, closed: true }),
    requests: await ledger.find({ orgId: otherOrg, requestId: foreign.requests ?? "" }),
    webhooks: await reads.webhooks.listByOrg(otherOrg),
    audit: (await reads.audit.last(otherOrg))?.seq,
  };
}
