import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { type Caller, keyCaller, sessionCaller } from "../../testkit/caller.ts";
import { Contract, type Operation } from "../../testkit/contract.ts";
import { addMember } from "../../testkit/people.ts";
import { createKey } from "../services/keys/create.ts";
import { roles } from "../services/members/role.ts";
import { createOrg } from "../services/orgs/create.ts";

// Calls every operation of the OpenAPI document as everybody, and looks whom it lets through.

/** The mightiest first; each may all that the next one may, but for a key, which is an admin and no owner. */
const ranks = ["operator", "owner", "admin", "member", "viewer"] as const;
type Rank = (typeof ranks)[number];

/** Reading needs a viewer, changing an admin; these need something else. */
const exceptions: Readonly<Record<string, Rank>> = {
  "GET /api/v1/audit": "admin",
  "GET /api/v1/audit/verify": "admin",
  "GET /api/v1/orgs/{id}/impact": "owner",
  "POST /api/v1/routes/explain": "viewer",
  "DELETE /api/v1/orgs/{id}": "owner",
  "POST /api/v1/orgs": "operator",
  "GET /api/v1/requests/{id}/content": "admin",
  "POST /api/v1/connections": "member",
  "PATCH /api/v1/connections/{id}": "member",
  "DELETE /api/v1/connections/{id}": "viewer",
  "POST /api/v1/connections/{id}/verify": "member",
  "POST /api/v1/connections/oauth/authorize": "member",
  "GET /api/v1/secrets": "operator",
  "POST /api/v1/secrets/rotate": "operator",
};

/** Bodies where the smallest that the schema takes is refused before anybody's role is looked at. */
const bodies: Readonly<Record<string, unknown>> = {
  "POST /api/v1/invitations": { email: "new@example.com", role: "viewer" },
  "POST /api/v1/config/plan": { file: "f.yaml", content: "orgs: { default: {} }" },
  "POST /api/v1/config/apply": { file: "f.yaml", content: "orgs: { default: {} }" },
  "POST /api/v1/orgs": { name: "made", owner_email: "boss@example.com" },
  "PATCH /api/v1/members/{id}": { role: "viewer" },
  "PATCH /api/v1/orgs/{id}": { name: "default" },
};

/** Of one person each: no key has any. */
const personal = (path: string) => path.startsWith("/api/v1/connections");

function needOf(operation: Operation): Rank {
  return exceptions[operation.name] ?? (operation.method === "GET" ? "viewer" : "admin");
}

let api: TestApi;
let contract: Contract;
let callers: ReadonlyMap<string, { readonly caller: Caller; readonly rank: Rank | undefined }>;

beforeAll(async () => {
  api = await startApi();
  const { ctx, orgId } = api.plane;
  await createOrg(ctx, { name: "other" });
  const people = new Map<string, { caller: Caller; rank: Rank | undefined }>();
  for (const role of roles) {
    const email = `${role}@example.com`;
    await addMember(ctx, { orgId, email, role });
    people.set(role, { caller: await sessionCaller(api, { name: role, email }), rank: role });
  }
  const operator = await addMember(ctx, { orgId, email: "operator@example.com", role: "owner" });
  await ctx.storage.change((writes) => writes.members.makeOperator({ userId: operator, at: 1 }));
  const email = "operator@example.com";
  people.set("operator", { caller: await sessionCaller(api, { name: "operator", email }), rank: "operator" });
  for (const [scope, rank] of [
    ["admin", "admin"],
    ["read", "viewer"],
    ["gateway", undefined],
  ] as const) {
    const { value } = await createKey(ctx, { orgId, name: `${scope} only`, scopes: [scope] });
    people.set(`${scope} key`, { caller: keyCaller(api, { name: scope, key: value.reveal() }), rank });
  }
  callers = people;
  contract = new Contract((await api.call("GET", "/openapi.json", { key: "" })).body);
  // Passwords are slow to hash, on purpose.
}, 30_000);

afterAll(() => api.stop());

test("every operation lets through who may, and nobody else", async () => {
  const operations = contract.operations.filter(({ access }) => access === "any");
  expect(operations.length).toBeGreaterThan(45);
  const wrong: string[] = [];
  for (const operation of operations) {
    const need = needOf(operation);
    for (const [who, { caller, rank }] of callers) {
      const { status, text } = await caller.call(operation.method, urlOf(operation), bodyOf(operation));
      const able = caller.by === "session" || !personal(operation.path);
      const may = rank !== undefined && able && ranks.indexOf(rank) <= ranks.indexOf(need);
      // 422: the input is no good, but those who may not were refused before anybody looked at that.
      const right = may ? ![400, 401, 403].includes(status) && status < 500 : status === 403;
      if (!right)
        wrong.push(`${who}, ${operation.name} (${may ? "may" : "may not"}): ${status} ${text.slice(0, 200)}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

test("the exceptions are still in the contract", () => {
  const names = new Set(contract.operations.map(({ name }) => name));
  expect([...Object.keys(exceptions), ...Object.keys(bodies)].filter((name) => !names.has(name))).toEqual([]);
});

/** With an id that nothing has: whoever may not is refused before it is looked up, whoever may breaks nothing. */
function urlOf({ path }: Operation): string {
  const known: Readonly<Record<string, string>> = {
    id: path.includes("/orgs/") ? api.plane.orgId : "absent",
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? "absent") + queryOf(path);
}

function queryOf(path: string): string {
  return path.endsWith("/resolve") ? "?model=m" : "";
}

function bodyOf({ name, body }: Operation) {
  return body === undefined ? {} : { body: bodies[name] ?? contract.sample(body) };
}
