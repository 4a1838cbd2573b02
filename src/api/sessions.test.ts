import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { openBrowser } from "../../testkit/browser.ts";
import { explainNothing } from "../../testkit/explain-nothing.ts";
import { addMember, password } from "../../testkit/people.ts";
import type { Role } from "../services/members/role.ts";
import { createOrg } from "../services/orgs/create.ts";
import { createApi } from "./create-api.ts";

let api: TestApi;
let ids: Record<string, string>;

beforeEach(async () => {
  api = await startApi();
  ids = {};
  for (const role of ["owner", "viewer"] as const) ids[role] = await add(role);
});

afterEach(() => api.stop());

const add = (role: Role, orgId = api.plane.orgId) =>
  addMember(api.plane.ctx, { orgId, email: `${role}@example.com`, role });

async function signedIn(role: Role, options: Parameters<typeof openBrowser>[1] = {}) {
  const browser = openBrowser(api.app, options);
  const json = { email: `${role}@example.com`, password };
  const answer = await browser.visit("POST", "/api/v1/auth/sign-in", { json });
  expect(answer.status).toBe(200);
  return { ...browser, answer };
}

describe("a session", () => {
  test("is a cookie that scripts and other sites cannot use", async () => {
    const { answer, visit } = await signedIn("owner");
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^penstock\.session=/);
    expect(cookie).toMatch(/; Path=\/(;|$)/);
    expect(cookie).toContain("; HttpOnly");
    expect(cookie).toContain("; SameSite=Lax");
    expect(cookie).not.toContain("Secure");
    expect(cookie).not.toContain("Domain");
    const { body } = await visit("GET", "/api/v1/auth/session");
    expect(body).toMatchObject({
      user: { id: ids.owner, email: "owner@example.com", operator: false },
      orgs: [{ id: api.plane.orgId, name: "default", role: "owner" }],
      org_id: api.plane.orgId,
    });
    expect(JSON.stringify(body)).not.toContain(
      decodeURIComponent(cookie.split(/[=;]/)[1] ?? "").split(".")[0],
    );
  });

  test("over https its cookie is secure and bound to the host", async () => {
    const services = { ...api.plane.ctx, publicUrl: "https://penstock.example" };
    const app = createApi({
      ...{ services, gatewayUrl: services.publicUrl, version: "1" },
      explain: explainNothing,
      resolve: () => ({ model: "", rule: "none", targets: [], near: [] }),
    });
    const browser = openBrowser(app);
    const json = { email: "owner@example.com", password };
    const answer = await browser.visit("POST", "/api/v1/auth/sign-in", { json });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-penstock\.session=/);
    expect(cookie).toContain("; Secure");
    expect(cookie).toContain("; Path=/");
    expect(cookie).not.toContain("Domain");
    expect((await browser.visit("GET", "/api/v1/auth/session")).status).toBe(200);
  });

  test("opens the API as its person's role; signing out ends it", async () => {
    const viewer = await signedIn("viewer");
    expect((await viewer.visit("GET", "/api/v1/providers")).status).toBe(200);
    const refused = await viewer.visit("POST", "/api/v1/keys", { json: { name: "k" } });
    expect([refused.status, refused.body.code]).toEqual([403, "role_missing"]);
    const owner = await signedIn("owner");
    expect((await owner.visit("POST", "/api/v1/keys", { json: { name: "k" } })).status).toBe(201);
    const kept = new Map(owner.cookies);
    expect((await owner.visit("POST", "/api/v1/auth/sign-out")).status).toBe(204);
    expect(owner.cookies.size).toBe(0);
    for (const [name, value] of kept) owner.cookies.set(name, value);
    const after = await owner.visit("GET", "/api/v1/providers");
    expect([after.status, after.body.code]).toEqual([401, "session_missing"]);
  });

  test("of a wrong password is none, and says no more than of an unknown address", async () => {
    const browser = openBrowser(api.app);
    const attempt = async (json: unknown) => {
      const { status, body, headers } = await browser.visit("POST", "/api/v1/auth/sign-in", { json });
      return { status, body: { ...body, request_id: "", instance: "" }, cookies: headers.getSetCookie() };
    };
    const wrong = await attempt({ email: "owner@example.com", password: "wrong password" });
    expect(wrong).toMatchObject({ status: 401, body: { code: "sign_in_failed" }, cookies: [] });
    expect(await attempt({ email: "nobody@example.com", password: "wrong password" })).toEqual(wrong);
  });

  test("too many attempts are a 429 that says when to come back", async () => {
    const browser = openBrowser(api.app);
    const json = { email: "owner@example.com", password: "wrong password" };
    const statuses: number[] = [];
    for (let at = 0; at < 10; at++) {
      statuses.push((await browser.visit("POST", "/api/v1/auth/sign-in", { json })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([401]));
    const late = await browser.visit("POST", "/api/v1/auth/sign-in", { json: { ...json, password } });
    expect([late.status, late.body.code]).toEqual([429, "sign_in_throttled"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  }, 30_000);

  test("a changed password ends the others and keeps this one", async () => {
    const [here, there] = [await signedIn("owner"), await signedIn("owner")];
    const json = { current_password: password, new_password: "a brand new password" };
    expect((await here.visit("POST", "/api/v1/auth/password", { json })).status).toBe(200);
    expect((await here.visit("GET", "/api/v1/org")).status).toBe(200);
    expect((await there.visit("GET", "/api/v1/org")).status).toBe(401);
  });

  test("can be listed and revoked by its person alone", async () => {
    const [here, there] = [await signedIn("owner"), await signedIn("owner", { address: "198.51.100.9" })];
    const viewer = await signedIn("viewer");
    const { body } = await here.visit("GET", "/api/v1/auth/sessions");
    expect(body.data).toMatchObject([{ address: "198.51.100.9", current: false }, { current: true }]);
    const id = body.data[0]?.id ?? "";
    const foreign = await viewer.visit("DELETE", `/api/v1/auth/sessions/${id}`);
    expect([foreign.status, foreign.body.code]).toEqual([404, "not_found"]);
    expect((await here.visit("DELETE", `/api/v1/auth/sessions/${id}`)).status).toBe(204);
    expect((await there.visit("GET", "/api/v1/org")).status).toBe(401);
    await signedIn("owner");
    expect((await here.visit("POST", "/api/v1/auth/sessions/revoke-others")).status).toBe(204);
    expect((await here.visit("GET", "/api/v1/auth/sessions")).body.data).toHaveLength(1);
  });
});

describe("requests from other sites", () => {
  const cases: [string, Record<string, string>, boolean][] = [
    ["a page of ours", { "sec-fetch-site": "same-origin" }, true],
    ["typed by the person", { "sec-fetch-site": "none" }, true],
    ["another site", { "sec-fetch-site": "cross-site" }, false],
    ["a neighbour of the same site", { "sec-fetch-site": "same-site" }, false],
    [
      "another site that forges an origin of ours",
      { "sec-fetch-site": "cross-site", origin: "http://gateway.test" },
      false,
    ],
    ["our origin, without TLS", { "sec-fetch-site": "", origin: "http://gateway.test" }, true],
    [
      "the host it was sent to, without TLS",
      { "sec-fetch-site": "", origin: "http://10.0.0.5:8080", host: "10.0.0.5:8080" },
      true,
    ],
    ["another origin", { "sec-fetch-site": "", origin: "http://evil.example" }, false],
    ["our origin on another port", { "sec-fetch-site": "", origin: "http://gateway.test:81" }, false],
    ["a sandboxed frame", { "sec-fetch-site": "", origin: "null" }, false],
    ["nothing that says where from", { "sec-fetch-site": "" }, false],
  ];
  for (const [what, headers, allowed] of cases) {
    test(`${what}: ${allowed ? "let in" : "refused"} with a session`, async () => {
      const { visit } = await signedIn("owner");
      const changed = await visit("PATCH", "/api/v1/org", { json: { default_model: null }, headers });
      expect(changed.status).toBe(allowed ? 200 : 403);
      if (!allowed) expect(changed.body.code).toBe("cross_site_refused");
      const out = await visit("POST", "/api/v1/auth/sign-out", { headers });
      expect(out.status).toBe(allowed ? 204 : 403);
    });
  }

  test("reading is open, and keys are not asked", async () => {
    const { visit } = await signedIn("owner");
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await visit("GET", "/api/v1/org", { headers })).status).toBe(200);
    const key = { ...headers, authorization: `Bearer ${api.adminKey}` };
    const changed = await visit("PATCH", "/api/v1/org", { json: { default_model: null }, headers: key });
    expect(changed.status).toBe(200);
  });

  test("nobody is signed in by another site", async () => {
    const browser = openBrowser(api.app);
    const json = { email: "owner@example.com", password };
    const headers = { "sec-fetch-site": "cross-site" };
    const answer = await browser.visit("POST", "/api/v1/auth/sign-in", { json, headers });
    expect(answer.body.code).toBe("cross_site_refused");
    expect(browser.cookies.size).toBe(0);
  });
});

describe("people of several organizations", () => {
  test("choose by a header; what is not theirs does not exist", async () => {
    const { ctx, orgId } = api.plane;
    const second = await createOrg(ctx, { name: "second" });
    const third = await createOrg(ctx, { name: "third" });
    await ctx.storage.change((writes) =>
      writes.members.insert({ orgId: second.id, userId: ids.viewer ?? "", role: "admin", at: ctx.now() + 1 }),
    );
    const { visit } = await signedIn("viewer");
    const orgOf = async (wanted?: string) => {
      const headers = wanted === undefined ? {} : { "x-penstock-org": wanted };
      const { status, body } = await visit("GET", "/api/v1/org", { headers });
      return [status, status === 200 ? body.id : body.code];
    };
    expect(await orgOf()).toEqual([200, orgId]);
    expect(await orgOf(second.id)).toEqual([200, second.id]);
    expect(await orgOf(third.id)).toEqual([404, "not_found"]);
    expect(await orgOf("org_none")).toEqual([404, "not_found"]);
    const make = (headers: Record<string, string>) =>
      visit("POST", "/api/v1/keys", { json: { name: "k" }, headers }).then(({ status }) => status);
    expect(await make({})).toBe(403);
    expect(await make({ "x-penstock-org": second.id })).toBe(201);
    expect((await visit("PATCH", `/api/v1/orgs/${second.id}`, { json: { name: "zweite" } })).status).toBe(
      200,
    );
    expect((await visit("PATCH", `/api/v1/orgs/${orgId}`, { json: { name: "nope" } })).status).toBe(403);
    expect((await visit("GET", `/api/v1/orgs/${third.id}`)).status).toBe(404);
    const list = await visit("GET", "/api/v1/orgs");
    expect(list.body.data.map(({ name }) => name)).toEqual(["default", "zweite"]);
  });

  test("who is removed has lost the organization with the next request, and keeps the account", async () => {
    const [owner, viewer] = [await signedIn("owner"), await signedIn("viewer")];
    expect((await viewer.visit("GET", "/api/v1/models")).status).toBe(200);
    expect((await owner.visit("DELETE", `/api/v1/members/${ids.viewer}`)).status).toBe(204);
    const after = await viewer.visit("GET", "/api/v1/models");
    expect([after.status, after.body.code]).toEqual([404, "not_found"]);
    const named = { "x-penstock-org": api.plane.orgId };
    expect((await viewer.visit("GET", "/api/v1/models", { headers: named })).status).toBe(404);
    expect((await viewer.visit("GET", "/api/v1/auth/session")).body).toMatchObject({
      orgs: [],
      org_id: null,
    });
  });
});

describe("an invitation's page", () => {
  test("makes an account and joins; who is signed in needs a button only", async () => {
    const owner = await signedIn("owner");
    const invite = async (email: string) => {
      const made = await owner.visit("POST", "/api/v1/invitations", { json: { email, role: "member" } });
      expect(made.status).toBe(201);
      return new URL((made.body as unknown as { url: string }).url);
    };
    const link = await invite("new@example.com");
    const browser = openBrowser(api.app);
    const page = await browser.visit("GET", link.pathname + link.search);
    expect(page.text).toContain('value="new@example.com" readonly');
    const token = link.searchParams.get("token") ?? "";
    const bad = await browser.visit("POST", "/invite", { form: { token, name: "N", password: "short" } });
    expect([bad.status, bad.text.includes("12 characters or more")]).toEqual([422, true]);
    const done = await browser.visit("POST", "/invite", { form: { token, name: "Nora", password } });
    expect([done.status, done.text.includes("Welcome to default")]).toEqual([200, true]);
    expect((await browser.visit("GET", "/api/v1/org")).status).toBe(200);
    expect((await browser.visit("GET", link.pathname + link.search)).status).toBe(403);

    expect((await owner.visit("DELETE", `/api/v1/members/${await idOf("new@example.com")}`)).status).toBe(
      204,
    );
    const again = await invite("new@example.com");
    const button = await browser.visit("GET", again.pathname + again.search);
    expect(button.text).not.toContain('type="password"');
    const form = { token: again.searchParams.get("token") ?? "" };
    expect((await browser.visit("POST", "/invite", { form })).status).toBe(200);
    expect((await browser.visit("GET", "/api/v1/org")).status).toBe(200);
  });
});

async function idOf(email: string): Promise<string> {
  const { orgId, ctx } = api.plane;
  return (await ctx.storage.reads.members.findByEmail({ orgId, email }))?.userId ?? "";
}
