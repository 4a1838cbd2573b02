import { expect, test } from "bun:test";
import type { ErrorProblem } from "../errors/penstock-error.ts";
import { readOidcSettings } from "./oidc-settings.ts";

const base = { PENSTOCK_OIDC_ISSUER: "https://login.example.com", PENSTOCK_OIDC_CLIENT_ID: "penstock" };

function read(env: Record<string, string>) {
  const problems: ErrorProblem[] = [];
  return { settings: readOidcSettings(env, problems), wrong: problems.map(({ path }) => path) };
}

test("without an issuer there is no OIDC sign-in", () => {
  expect(read({ PENSTOCK_OIDC_CLIENT_ID: "x" })).toEqual({ settings: undefined, wrong: [] });
});

test("an issuer and a client are enough", () => {
  expect(read(base)).toMatchObject({
    settings: { scopes: ["openid", "email", "profile"], allowedDomains: [], org: "default", role: "member" },
    wrong: [],
  });
});

test("scopes always hold openid, domains are lower case, the secret prints as none", () => {
  const { settings } = read({
    ...base,
    PENSTOCK_OIDC_CLIENT_SECRET: "canary-secret",
    PENSTOCK_OIDC_SCOPES: "email groups",
    PENSTOCK_OIDC_ALLOWED_DOMAINS: "Example.com, example.org",
  });
  expect(settings).toMatchObject({
    scopes: ["openid", "email", "groups"],
    allowedDomains: ["example.com", "example.org"],
  });
  expect(Bun.inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain("canary-secret");
});

test("what is wrong is named: an issuer without TLS elsewhere, a missing client, a role that is too mighty", () => {
  for (const issuer of [
    "http://login.example.com",
    "login.example.com",
    "https://a@b.example",
    "https://b.example?x",
  ]) {
    expect(read({ ...base, PENSTOCK_OIDC_ISSUER: issuer }).wrong).toEqual(["PENSTOCK_OIDC_ISSUER"]);
  }
  expect(read({ ...base, PENSTOCK_OIDC_ISSUER: "http://127.0.0.1:8443" }).wrong).toEqual([]);
  expect(read({ PENSTOCK_OIDC_ISSUER: "https://b.example", PENSTOCK_OIDC_ROLE: "owner" }).wrong).toEqual([
    ...["PENSTOCK_OIDC_CLIENT_ID", "PENSTOCK_OIDC_ROLE"],
  ]);
});
