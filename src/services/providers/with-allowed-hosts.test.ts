import { afterEach, beforeEach, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import azure from "../../drivers/azure-openai.ts";
import custom from "../../drivers/custom.ts";
import type { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { updateSettings } from "../settings/update.ts";
import { checkProvider } from "./check.ts";
import { createProvider } from "./create.ts";
import { discoverModels } from "./discover.ts";
import { probeProvider } from "./probe.ts";
import { updateProvider } from "./update.ts";

let world: ServiceWorld;
let admin: ServiceContext;
let asked: string[];

beforeEach(async () => {
  world = await createWorld("sqlite", { drivers: [custom, azure] });
  asked = [];
  admin = {
    ...world.admin,
    driverFetch: async (url) => {
      asked.push(new URL(url).hostname);
      return Response.json({
        access_token: "t",
        token_type: "Bearer",
        expires_in: 3600,
        data: [{ id: "m" }],
      });
    },
  };
});
afterEach(() => world.close());

const allow = (...allowedHosts: string[]) =>
  updateSettings(world.admin, { orgId: world.orgId, allowedHosts });

const oauth = (tokenHost: string) => ({
  orgId: world.orgId,
  name: "api",
  driver: "custom",
  baseUrl: "https://api.test",
  options: { auth: "oauth2", token_url: `https://${tokenHost}/token` },
  credentials: { client_id: "client", client_secret: "secret-0123456789" },
});

const entra = () => ({
  orgId: world.orgId,
  name: "azure",
  driver: "azure_openai",
  baseUrl: "https://acme.openai.azure.com",
  credentials: { tenant_id: "acme.test", client_id: "client", client_secret: "secret-0123456789" },
});

test("a token URL elsewhere is refused by its option, before anybody is asked", async () => {
  await allow("api.test");
  const { name: _name, ...candidate } = oauth("tokens.test");
  for (const verb of [
    () => createProvider(admin, oauth("tokens.test")),
    () => checkProvider(admin, candidate),
  ]) {
    await expect(verb()).rejects.toMatchObject({
      code: "unprocessable",
      problems: [{ path: "/options/token_url", message: expect.stringContaining("`tokens.test`") }],
    });
  }
  expect(asked).toEqual([]);
  await allow("api.test", "tokens.test");
  const made = await createProvider(admin, oauth("tokens.test"));
  expect(asked).toContain("tokens.test");
  const moved = updateProvider(admin, {
    orgId: world.orgId,
    providerId: made.id,
    options: { token_url: "https://evil.test/token" },
    credentials: { client_id: "client", client_secret: "secret-0123456789" },
  });
  await expect(moved).rejects.toMatchObject({ problems: [{ path: "/options/token_url" }] });
  expect(asked).not.toContain("evil.test");
});

test("a list that leaves out the token URL of a provider in use is refused", async () => {
  await createProvider(admin, oauth("tokens.test"));
  await expect(allow("api.test")).rejects.toThrow("`api` (tokens.test)");
});

test("where a driver knows the token's host itself, it is not asked either, and the reason is told", async () => {
  await allow("acme.openai.azure.com");
  const refused = await createProvider(admin, entra()).then(
    () => Promise.reject(new RangeError("it was saved")),
    (error: PenstockError) => error,
  );
  expect(refused.code).toBe("provider_unreachable");
  expect(refused.message).toContain("`login.microsoftonline.com` is not among those the organization allows");
  const saved = await createProvider(admin, { ...entra(), validate: false });
  const ref = { orgId: world.orgId, providerId: saved.id };
  expect((await probeProvider(admin, ref)).provider.message).toContain("`login.microsoftonline.com`");
  await expect(discoverModels(admin, ref)).rejects.toMatchObject({ code: "host_not_allowed" });
  expect(asked).toEqual([]);
  await allow("acme.openai.azure.com", "login.microsoftonline.com");
  await probeProvider(admin, ref);
  expect(asked).toContain("login.microsoftonline.com");
});
