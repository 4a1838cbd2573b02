import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openBrowser } from "../../testkit/browser.ts";
import { addConnection } from "../../testkit/connection.ts";
import { startControlPlane, type TestControlPlane } from "../../testkit/control-plane.ts";
import { explainNothing } from "../../testkit/explain-nothing.ts";
import { startOidc, type TestOidc } from "../../testkit/oidc.ts";
import { addMember, password } from "../../testkit/people.ts";
import { systemGuard } from "../egress/egress-guard.ts";
import { guardedFetch } from "../egress/guarded-fetch.ts";
import { Secret } from "../secrets/secret.ts";
import { readOidcSettings } from "../server/oidc-settings.ts";
import { createInvitation } from "../services/invitations/create.ts";
import type { ServiceContext } from "../services/service-context.ts";
import { createApi } from "./create-api.ts";

const publicUrl = "http://gateway.test";

let plane: TestControlPlane;
let oidc: TestOidc;
let ctx: ServiceContext;

beforeEach(async () => {
  plane = await startControlPlane();
  await use("userinfo");
});

afterEach(async () => {
  await oidc.stop();
  await plane.stop();
});

/** `claimsIn`: where the server tells the address. */
async function use(claimsIn: "userinfo" | "id_token", env: Record<string, string> = {}): Promise<void> {
  oidc = await startOidc(`${publicUrl}/api/v1/auth/oidc/callback`, { claimsIn });
  const guard = systemGuard({ allow: [], loopback: true });
  const settings = readOidcSettings(
    {
      PENSTOCK_OIDC_ISSUER: oidc.issuer,
      PENSTOCK_OIDC_CLIENT_ID: oidc.clientId,
      PENSTOCK_OIDC_CLIENT_SECRET: oidc.clientSecret,
      PENSTOCK_OIDC_NAME: "Test SSO",
      ...env,
    },
    [],
  );
  ctx = { ...plane.ctx, oidc: settings, driverFetch: (url, init) => guardedFetch(guard, url, init) };
}

const open = (): Browser =>
  openBrowser(
    createApi({
      ...{ services: ctx, gatewayUrl: publicUrl, version: "1" },
      explain: explainNothing,
      resolve: () => ({ model: "", rule: "none", targets: [], near: [] }),
    }),
  );

/** Begins a sign-in; where the browser is sent. */
async function begin(browser: Browser, query = ""): Promise<string> {
  const answer = await browser.visit("GET", `/api/v1/auth/oidc/start${query}`);
  expect(answer.status).toBe(302);
  return answer.headers.get("location") ?? "";
}

const comeBack = (browser: Browser, url: URL) => browser.visit("GET", url.pathname + url.search);

async function signIn(browser: Browser) {
  return comeBack(browser, await oidc.browse(await begin(browser)));
}

const invite = (email: string) => createInvitation(ctx, { orgId: plane.orgId, email, role: "admin" });

const nora = { sub: "nora-1", email: "Nora@Example.com", email_verified: true, name: "Nora" };

describe("sign-in by OIDC", () => {
  test("is offered where it is configured only", async () => {
    const { body } = await open().visit("GET", "/api/v1/auth/oidc");
    expect(body.data).toMatchObject([{ label: "Test SSO", url: `${publicUrl}/api/v1/auth/oidc/start` }]);
    ctx = { ...ctx, oidc: undefined };
    expect((await open().visit("GET", "/api/v1/auth/oidc")).body.data).toEqual([]);
    expect((await open().visit("GET", "/api/v1/auth/oidc/start")).status).toBe(404);
  });

  for (const claimsIn of ["userinfo", "id_token"] as const) {
    test(`an invited person with a verified address gets an account and a session (address in ${claimsIn})`, async () => {
      await oidc.stop();
      await use(claimsIn);
      await invite("nora@example.com");
      oidc.person = nora;
      const browser = open();
      const url = await begin(browser, "?return_to=/console/providers%3Fa%3D1");
      expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
      const answer = await comeBack(browser, await oidc.browse(url));
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/console/providers?a=1"]);
      expect((await browser.visit("GET", "/api/v1/auth/session")).body).toMatchObject({
        user: { email: "nora@example.com", name: "Nora" },
        orgs: [{ id: plane.orgId, role: "admin" }],
      });
      expect([...browser.cookies.keys()]).toEqual(["penstock.session"]);
    });
  }

  test("the same person is known by issuer and subject afterwards, also under another address", async () => {
    await invite("nora@example.com");
    oidc.person = nora;
    await signIn(open());
    oidc.person = { ...nora, email: "nora@new.example", email_verified: false };
    const browser = open();
    expect((await signIn(browser)).status).toBe(302);
    expect((await browser.visit("GET", "/api/v1/auth/session")).body).toMatchObject({
      user: { email: "nora@example.com" },
    });
  });

  test("an address that is not verified, or missing, is refused, invited or not", async () => {
    await invite("nora@example.com");
    for (const person of [
      { ...nora, email_verified: false },
      { sub: "nora-1" },
      { sub: "nora-1", email: nora.email },
    ]) {
      oidc.person = person;
      const browser = open();
      const answer = await signIn(browser);
      expect([answer.status, answer.body.code]).toEqual([403, "account_refused"]);
      expect((await browser.visit("GET", "/api/v1/auth/session")).status).toBe(401);
    }
    expect(await plane.ctx.storage.reads.members.count({ orgId: plane.orgId })).toBe(0);
  });

  test("a stranger is refused, an allowed domain joins as the operator says", async () => {
    oidc.person = nora;
    expect((await signIn(open())).body.code).toBe("account_refused");
    await oidc.stop();
    await use("userinfo", { PENSTOCK_OIDC_ALLOWED_DOMAINS: "example.com", PENSTOCK_OIDC_ROLE: "viewer" });
    oidc.person = nora;
    const browser = open();
    expect((await signIn(browser)).status).toBe(302);
    expect((await browser.visit("GET", "/api/v1/auth/session")).body).toMatchObject({
      orgs: [{ role: "viewer" }],
    });
    for (const email of [
      "x@sub.example.com",
      "x@evilexample.com",
      "x@example.com.evil.org",
      "x@example.com@evil.org",
    ]) {
      oidc.person = { sub: email, email, email_verified: true };
      expect((await signIn(open())).body.code).toBe("account_refused");
    }
  });

  test("an account that nobody had proved is taken over: its password, sessions and connections end", async () => {
    const { ctx, orgId } = plane;
    const userId = await addMember(ctx, { orgId, email: "nora@example.com", role: "member" });
    const id = await addConnection(ctx, { orgId, userId });
    const early = open();
    const json = { email: "nora@example.com", password };
    expect((await early.visit("POST", "/api/v1/auth/sign-in", { json })).status).toBe(200);
    oidc.person = nora;
    const browser = open();
    expect((await signIn(browser)).status).toBe(302);
    expect((await browser.visit("GET", "/api/v1/auth/session")).body).toMatchObject({
      orgs: [{ role: "member" }],
    });
    expect((await early.visit("GET", "/api/v1/auth/session")).status).toBe(401);
    expect(await ctx.storage.reads.connections.find({ orgId, userId, id })).toBeUndefined();
    expect((await open().visit("POST", "/api/v1/auth/sign-in", { json })).status).toBe(401);
    const change = { current_password: password, new_password: "a brand new password" };
    expect((await browser.visit("POST", "/api/v1/auth/password", { json: change })).status).toBe(409);
  });
});

describe("a sign-in by OIDC that was tampered with is refused", () => {
  /** `because`: what the operator's log says, which the caller is not told. */
  const refused = async (browser: Browser, url: URL, because = /./) => {
    const { status, body } = await comeBack(browser, url);
    expect([status, body.code]).toEqual([401, "oidc_failed"]);
    expect((await browser.visit("GET", "/api/v1/auth/session")).status).toBe(401);
    expect(Bun.inspect(plane.log.at(-1), { depth: 5 })).toMatch(because);
  };

  beforeEach(async () => {
    await invite("nora@example.com");
    oidc.person = nora;
  });

  test("with another state, none, or a foreign issuer", async () => {
    const browser = open();
    const back = await oidc.browse(await begin(browser));
    for (const [name, value] of [
      ["state", "other"],
      ["state", ""],
      ["iss", "https://evil.example"],
    ] as const) {
      const url = new URL(back);
      if (value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, value);
      await refused(browser, url);
    }
    expect((await comeBack(browser, back)).status).toBe(302);
  });

  test("in a browser that did not begin it (somebody else's code)", async () => {
    const back = await oidc.browse(await begin(open()));
    await refused(open(), back);
    const victim = open();
    await begin(victim);
    await refused(victim, back, /unexpected "state"/);
  });

  test("with a code of another sign-in of the same browser (PKCE)", async () => {
    const browser = open();
    const first = await oidc.browse(await begin(browser));
    const second = await oidc.browse(await begin(browser));
    second.searchParams.set("code", first.searchParams.get("code") ?? "");
    await refused(browser, second, /invalid_grant/);
  });

  test("with another nonce in the ID token", async () => {
    const browser = open();
    const url = new URL(await begin(browser));
    url.searchParams.set("nonce", "replayed");
    await refused(browser, await oidc.browse(url.href), /nonce/);
  });

  test("used twice, or refused at the server, or after ten minutes", async () => {
    const browser = open();
    const back = await oidc.browse(await begin(browser));
    expect((await comeBack(browser, back)).status).toBe(302);
    const again = await comeBack(browser, back);
    expect([again.status, again.body.code]).toEqual([401, "oidc_failed"]);
    oidc.refuses = true;
    const other = open();
    await refused(other, await oidc.browse(await begin(other)), /access_denied/);
    oidc.refuses = false;
    const late = open();
    const url = await oidc.browse(await begin(late));
    const { now } = ctx;
    ctx = { ...ctx, now: () => now() + 601_000 };
    const later = open();
    for (const [name, value] of late.cookies) later.cookies.set(name, value);
    await refused(later, url);
  });

  test("with a wrong client secret, and nothing of the server's answer or the secret is shown", async () => {
    const browser = open();
    const back = await oidc.browse(await begin(browser));
    if (ctx.oidc === undefined) throw new Error("configured above");
    ctx = { ...ctx, oidc: { ...ctx.oidc, clientSecret: new Secret("canary-wrong-secret") } };
    const other = open();
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const { text } = await comeBack(other, back);
    expect(text).toContain("oidc_failed");
    expect(text + Bun.inspect(plane.log, { depth: 9 })).not.toContain("canary-wrong-secret");
  });

  test("and no other site is returned to", async () => {
    for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\\b"]) {
      const answer = await open().visit(
        "GET",
        `/api/v1/auth/oidc/start?return_to=${encodeURIComponent(path)}`,
      );
      expect([path, answer.status]).toEqual([path, 400]);
    }
  });

  test("where the egress policy does not open the server's address, nothing is called", async () => {
    const guard = systemGuard({ allow: [], loopback: false });
    ctx = { ...ctx, driverFetch: (url, init) => guardedFetch(guard, url, init) };
    if (ctx.oidc === undefined) throw new Error("configured above");
    ctx = { ...ctx, oidc: { ...ctx.oidc } };
    const answer = await open().visit("GET", "/api/v1/auth/oidc/start");
    expect([answer.status, answer.body.code]).toEqual([401, "oidc_failed"]);
  });
});
