import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import {
  type MockAuthorizationServer,
  startAuthorizationServer,
} from "../../../testkit/mocks/authorization-server.ts";
import {
  type OpenRouterWithSignIn,
  startOpenRouterWithSignIn,
} from "../../../testkit/mocks/openrouter-sign-in.ts";
import { signedVendor } from "../../../testkit/mocks/signed-vendor.ts";
import { createSignInWorld, type Person, type SignInWorld } from "../../../testkit/sign-ins.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import custom from "../../drivers/custom.ts";
import openrouter from "../../drivers/openrouter.ts";
import { checkProvider } from "../providers/check.ts";
import { createProvider } from "../providers/create.ts";
import { getProvider } from "../providers/get.ts";
import { listProviders } from "../providers/list.ts";
import { probeProvider } from "../providers/probe.ts";
import { updateProvider } from "../providers/update.ts";
import type { ServiceContext } from "../service-context.ts";
import { beginNewProviderSignIn, beginProviderSignIn } from "./begin-provider-sign-in.ts";
import { createTokenKeepers } from "./token-keepers.ts";

const redirectUri = "http://penstock.test/api/v1/oauth/callback";

for (const engine of engines) {
  describe(`sign-in of providers, on ${engine}`, () => {
    let world: SignInWorld;
    let server: MockAuthorizationServer;
    let router: OpenRouterWithSignIn;
    let admin: Person;
    let number = 0;
    let name: string;

    beforeAll(async () => {
      world = await createSignInWorld(engine, { drivers: [openrouter, custom] });
      router = startOpenRouterWithSignIn();
      admin = world.person("anna", "admin");
    });
    afterAll(async () => {
      await Promise.all([world.close(), router.close()]);
    });
    beforeEach(() => {
      server = startAuthorizationServer({ redirectUri, dialect: signedVendor, delayMs: 20 });
      name = `provider-${number++}`;
    });
    afterEach(() => server.close());

    const options = () => ({
      auth: "oauth2",
      token_url: `${server.url}/token`,
      authorize_url: `${server.url}/authorize`,
      scope: "models",
    });
    const client = () => ({ client_id: server.clientId, client_secret: server.clientSecret });
    const customInput = () => ({
      name,
      driver: "custom",
      baseUrl: server.url,
      options: options(),
      credentials: client(),
    });
    const begin = (provider: Parameters<typeof beginNewProviderSignIn>[1]["provider"], ctx = admin.ctx) =>
      beginNewProviderSignIn(ctx, { orgId: world.orgId, provider, returnTo: "/providers" });
    const signIn = async () => {
      const { authorizeUrl } = await begin(customInput());
      return admin.comesBack(await server.consent(authorizeUrl));
    };
    /** The services as another process has them: nothing in memory. */
    const restarted = async (): Promise<ServiceContext> => {
      const storage = engine === "sqlite" ? world.storage : await world.place.open();
      const plain = { ...world.system, storage };
      return { ...plain, tokenKeepers: createTokenKeepers(plain) };
    };
    const probe = async (ctx: ServiceContext, providerId: string) =>
      (await probeProvider(ctx, { orgId: world.orgId, providerId })).result.status;

    test("OpenRouter gives a key to the admin who signs in, and the provider is saved when they are back", async () => {
      const { orgId } = world;
      const { authorizeUrl, redirectUri: shown } = await begin({
        name,
        driver: "openrouter",
        baseUrl: router.url,
      });
      expect(shown).toBe(redirectUri);
      const names = async () => (await listProviders(world.admin, { orgId })).data.map((each) => each.name);
      expect(await names()).not.toContain(name);
      const finished = await admin.comesBack(await router.consent(authorizeUrl));
      expect(finished).toMatchObject({ kind: "provider", returnTo: "/providers" });
      const view = await getProvider(world.admin, { orgId, providerId: finished.id });
      expect(view).toMatchObject({ name, status: "available", baseUrl: router.url });
      expect(Object.keys(view.credentials)).toEqual(["api_key"]);
      expect(view.models.total).toBeGreaterThan(0);
    });

    test("a saved provider gets another key by a sign-in; a spoiled code changes nothing", async () => {
      const { orgId } = world;
      const { id: providerId } = await createProvider(world.admin, {
        orgId,
        name,
        driver: "openrouter",
        baseUrl: router.url,
        credentials: { api_key: "sk-or-old" },
        validate: false,
      });
      const before = await getProvider(world.admin, { orgId, providerId });
      const first = await beginProviderSignIn(admin.ctx, { orgId, providerId });
      const spoiled = new URL(await router.consent(first.authorizeUrl));
      spoiled.searchParams.set("code", "canary");
      const error: unknown = await admin.comesBack(spoiled.href).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "oauth_failed" });
      expect(String(error)).not.toContain("canary");
      expect(await getProvider(world.admin, { orgId, providerId })).toEqual(before);
      const second = await beginProviderSignIn(admin.ctx, { orgId, providerId });
      await admin.comesBack(await router.consent(second.authorizeUrl));
      expect(await getProvider(world.admin, { orgId, providerId })).toMatchObject({ status: "available" });
    });

    test("what is wrong is said before anybody is sent away", async () => {
      const { orgId } = world;
      await expect(begin({ name: "", driver: "openrouter" })).rejects.toMatchObject({
        code: "unprocessable",
      });
      await expect(begin({ name, driver: "openrouter", options: { colour: "red" } })).rejects.toMatchObject({
        problems: [{ path: "/options/colour" }],
      });
      await expect(
        begin({ ...customInput(), options: { ...options(), authorize_url: "http://login.example" } }),
      ).rejects.toMatchObject({ problems: [{ path: "/options/authorize_url" }] });
      await expect(begin({ name, driver: "fake" })).rejects.toMatchObject({ code: "oauth_unavailable" });
      const { id } = await createProvider(world.admin, {
        orgId,
        name,
        driver: "fake",
        credentials: { api_key: "k" },
      });
      await expect(begin({ name, driver: "openrouter" })).rejects.toMatchObject({ code: "conflict" });
      await expect(beginProviderSignIn(admin.ctx, { orgId, providerId: id })).rejects.toMatchObject({
        code: "oauth_unavailable",
      });
    });

    test("only admins in person sign providers in, also when they come back", async () => {
      const input = { name, driver: "openrouter", baseUrl: router.url };
      await expect(begin(input, world.admin)).rejects.toMatchObject({ code: "user_required" });
      await expect(begin(input, world.person("mo").ctx)).rejects.toMatchObject({ code: "role_missing" });
      const { authorizeUrl } = await begin(input);
      const back = await router.consent(authorizeUrl);
      await expect(world.person("anna", "member").comesBack(back)).rejects.toMatchObject({
        code: "role_missing",
      });
      await expect(admin.comesBack(back)).rejects.toMatchObject({ code: "oauth_flow_invalid" });
    });

    test("a custom provider's tokens outlive the process, and replicas renew them once", async () => {
      const { id } = await signIn();
      expect(server.grants).toEqual(["authorization_code"]);
      const again = await restarted();
      expect(await probe(again, id)).toBe("valid");
      // The first token was kept.
      expect(server.grants).toEqual(["authorization_code"]);
      for (let round = 1; round <= 3; round++) {
        world.clock.now += 3_600_000;
        // What a process holds in memory goes by the machine's clock, so only new ones see this one's.
        const replicas = await Promise.all([restarted(), restarted(), restarted()]);
        const results = await Promise.all(replicas.map((ctx) => probe(ctx, id)));
        expect(results).toEqual(["valid", "valid", "valid"]);
        expect(server.grants.length).toBe(1 + round);
      }
      expect(await probe(await restarted(), id)).toBe("valid");
      expect(server.reuses()).toBe(0);
    });

    test("a refresh token that is used up by a check and by the save is kept as what replaced it", async () => {
      const { orgId } = world;
      const pasted = await pastedToken();
      const input = { ...customInput(), credentials: { ...client(), refresh_token: pasted } };
      const { name: _, ...candidate } = input;
      expect((await checkProvider(world.admin, { orgId, ...candidate })).status).toBe("valid");
      const { id } = await createProvider(world.admin, { orgId, ...input });
      world.clock.now += 3_600_000;
      expect(await probe(await restarted(), id)).toBe("valid");
      expect(server.reuses()).toBe(0);
    });

    test("another refresh token is another sign-in; a change of something else is not", async () => {
      const { orgId } = world;
      const { id: providerId } = await signIn();
      await updateProvider(world.admin, { orgId, providerId, options: { audience: "https://api.example" } });
      world.clock.now += 3_600_000;
      expect(await probe(await restarted(), providerId)).toBe("valid");
      const asked = server.grants.length;
      const credentials = { refresh_token: await pastedToken() };
      await updateProvider(world.admin, { orgId, providerId, credentials });
      expect(server.grants.slice(asked)).toEqual(["authorization_code", "refresh_token"]);
      await expect(
        updateProvider(world.admin, { orgId, providerId, credentials: { refresh_token: "wrong-canary" } }),
      ).rejects.toMatchObject({ code: "credential_rejected" });
      expect(await probe(await restarted(), providerId)).toBe("valid");
      expect(server.reuses()).toBe(0);
    });

    test("nothing of a sign-in is shown", async () => {
      const begun = await begin(customInput());
      const finished = await admin.comesBack(await server.consent(begun.authorizeUrl));
      const view = await getProvider(world.admin, { orgId: world.orgId, providerId: finished.id });
      const rows = await world.storage.reads.tokens.all();
      expect(inspect([begun, finished, view, rows, world.logged], { depth: 9 })).not.toContain("canary");
    });

    /** A refresh token as somebody would paste it, from a sign-in elsewhere. */
    async function pastedToken(): Promise<string> {
      const verifier = "v".repeat(43);
      const challenge = new Bun.CryptoHasher("sha256").update(verifier).digest("base64url");
      const query = new URLSearchParams({
        response_type: "code",
        client_id: server.clientId,
        redirect_uri: redirectUri,
        state: "s",
        code_challenge: challenge,
        code_challenge_method: "S256",
      });
      const back = new URL(await server.consent(`${server.url}/authorize?${query}`));
      const response = await fetch(`${server.url}/token`, {
        method: "POST",
        body: new URLSearchParams({
          ...client(),
          grant_type: "authorization_code",
          code: back.searchParams.get("code") ?? "",
          code_verifier: verifier,
          redirect_uri: redirectUri,
        }),
      });
      return ((await response.json()) as { refresh_token: string }).refresh_token;
    }
  });
}
