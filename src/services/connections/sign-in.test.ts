import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import {
  type MockAuthorizationServer,
  startAuthorizationServer,
} from "../../../testkit/mocks/authorization-server.ts";
import { startGitHubMock } from "../../../testkit/mocks/github-server.ts";
import { startSlackMock } from "../../../testkit/mocks/slack-server.ts";
import { createSignInWorld, type Person, personOf, type SignInWorld } from "../../../testkit/sign-ins.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listAudit } from "../audit/list.ts";
import { configureConnector } from "../connectors/configure.ts";
import { unconfigureConnector } from "../connectors/unconfigure.ts";
import { beginConnectionSignIn } from "./begin-sign-in.ts";
import { getConnection } from "./get.ts";
import { listConnections } from "./list.ts";
import { useConnection } from "./use-connection.ts";
import { verifyConnection } from "./verify.ts";

const redirectUri = "http://penstock.test/api/v1/oauth/callback";
const issuer = "https://login.example";

for (const engine of engines) {
  describe(`connections by a sign-in, on ${engine}`, () => {
    let world: SignInWorld;
    let server: MockAuthorizationServer;
    let number = 0;
    let person: Person;

    beforeAll(async () => {
      world = await createSignInWorld(engine);
    });
    afterAll(() => world.close());
    beforeEach(async () => {
      server = startAuthorizationServer({ redirectUri, issuer, expiresIn: 3600, delayMs: 20 });
      await configureGeneric(server);
      person = world.person(`user-${number++}`);
    });
    afterEach(() => server.close());

    const configureGeneric = (to: MockAuthorizationServer, clientSecret: string | null = to.clientSecret) =>
      configureConnector(world.admin, {
        orgId: world.orgId,
        connectorId: "generic",
        clientId: to.clientId,
        clientSecret,
        scopes: ["read", "write"],
        options: {
          verify_url: `${to.url}/me`,
          authorize_url: `${to.url}/authorize`,
          token_url: `${to.url}/token`,
          issuer,
        },
      });
    const begin = (who = person, more: object = {}) =>
      beginConnectionSignIn(who.ctx, { orgId: world.orgId, connector: "generic", ...more });
    const connect = async (who = person) => {
      const { authorizeUrl } = await begin(who);
      return who.comesBack(await server.consent(authorizeUrl));
    };
    const use = (system = world.system, more: object = {}) =>
      useConnection(system, { orgId: world.orgId, userId: person.id, connector: "generic", ...more });
    const tokenOf = async (...args: Parameters<typeof use>) =>
      (await use(...args)).credential.access_token?.reveal() ?? "";
    /** SQLite has one process only, whose calls come at the same time all the same. */
    const openReplica = async () =>
      engine === "sqlite" ? world.system : { ...world.system, storage: await world.place.open() };
    const hours = (count: number) => {
      world.clock.now += count * 3_600_000;
    };

    test("a person who comes back is connected, with the tokens sealed and shown nowhere", async () => {
      const { orgId } = world;
      const begun = await begin(person, { name: "mine", returnTo: "/settings?tab=1" });
      const url = new URL(begun.authorizeUrl);
      expect(begun.redirectUri).toBe(redirectUri);
      expect(url.searchParams.get("scope")).toBe("read write");
      expect(url.searchParams.get("code_challenge_method")).toBe("S256");
      const finished = await person.comesBack(await server.consent(begun.authorizeUrl));
      expect(finished).toMatchObject({ kind: "connection", returnTo: "/settings?tab=1" });
      const view = await getConnection(person.ctx, { orgId, connectionId: finished.id });
      expect(view).toMatchObject({
        name: "mine",
        auth: "oauth2",
        accountId: "user-7",
        accountName: "ada",
        scopes: ["read", "write"],
        status: "connected",
        credentials: {},
      });
      expect(server.accepts(await tokenOf())).toBe(true);
      const { data } = await listAudit(world.system, { orgId, target: finished.id });
      expect(data.map(({ action }) => action)).toEqual(["connection.create"]);
      expect(inspect([begun, view, data, await use()], { depth: 9 })).not.toContain("canary");
    });

    test("a token is renewed early, once, however many tools on however many replicas want it", async () => {
      await connect();
      const first = await tokenOf();
      const replica = await openReplica();
      hours(1);
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, call) => tokenOf(call % 2 === 0 ? world.system : replica)),
      );
      expect(new Set(tokens).size).toBe(1);
      expect(tokens[0]).not.toBe(first);
      for (let round = 0; round < 3; round++) {
        hours(1);
        // The refresh token was replaced: the next renewal needs the one that was kept.
        expect(server.accepts(await tokenOf(round % 2 === 0 ? replica : world.system))).toBe(true);
      }
      expect(server.grants).toEqual(["authorization_code", ...Array(4).fill("refresh_token")]);
      expect(server.reuses()).toBe(0);
    });

    test("a replica that died while it renewed is not waited for for ever", async () => {
      const { id } = await connect();
      hours(1);
      const owner = { kind: "connection", id, orgId: world.orgId } as const;
      await world.storage.change((writes) =>
        writes.tokens.claim(owner, { by: "the dead", until: world.clock.now + 30_000 }),
      );
      const waiting = tokenOf();
      await Bun.sleep(150);
      expect(server.grants).toEqual(["authorization_code"]);
      world.clock.now += 30_000;
      expect(server.accepts(await waiting)).toBe(true);
    });

    test("a token that the service took back is replaced when a tool says so, and when it is verified", async () => {
      const { id: connectionId } = await connect();
      const first = await use();
      server.revokeAccess();
      const second = await tokenOf(world.system, { refused: first.credential.access_token });
      expect(server.accepts(second)).toBe(true);
      server.revokeAccess();
      const found = await verifyConnection(person.ctx, { orgId: world.orgId, connectionId });
      expect(found).toMatchObject({ valid: true, connection: { status: "connected" } });
    });

    test("a sign-in that the service ended must be repeated, and then the connection is the same", async () => {
      const { orgId } = world;
      const { id: connectionId } = await connect();
      hours(1);
      server.revokeAll();
      await expect(use()).rejects.toMatchObject({ code: "connection_expired", status: 424 });
      const view = await getConnection(person.ctx, { orgId, connectionId });
      expect(view).toMatchObject({ status: "reauthorize", statusReason: "provider_refused" });
      const { authorizeUrl } = await begin(person, { connectionId });
      expect(await person.comesBack(await server.consent(authorizeUrl))).toMatchObject({ id: connectionId });
      expect(server.accepts(await tokenOf())).toBe(true);
      expect((await listConnections(person.ctx, { orgId })).data).toMatchObject([{ status: "connected" }]);
    });

    test("nobody's tokens are sent to where an admin moves the OAuth client", async () => {
      await connect();
      hours(1);
      await using thief = startAuthorizationServer({ redirectUri });
      await expect(
        configureConnector(world.admin, {
          orgId: world.orgId,
          connectorId: "generic",
          clientId: server.clientId,
          options: {
            verify_url: `${thief.url}/me`,
            authorize_url: `${thief.url}/authorize`,
            token_url: `${thief.url}/token`,
          },
        }),
      ).rejects.toMatchObject({ code: "unprocessable" });
      await configureGeneric(thief);
      await expect(use()).rejects.toMatchObject({ code: "connection_expired" });
      await unconfigureConnector(world.admin, { orgId: world.orgId, connectorId: "generic" });
      await expect(use()).rejects.toMatchObject({ code: "connection_expired" });
      await expect(begin()).rejects.toMatchObject({ code: "oauth_unavailable" });
      expect(thief.grants).toEqual([]);
    });

    test("a state is good once, for ten minutes, for who began, and for nothing else", async () => {
      const { authorizeUrl } = await begin();
      const back = await server.consent(authorizeUrl);
      const other = new URL(back);
      other.searchParams.set("state", "x".repeat(43));
      const invalid = { code: "oauth_flow_invalid", status: 400 };
      await expect(person.comesBack(other.href)).rejects.toMatchObject(invalid);
      await expect(world.person("mallory").comesBack(back)).rejects.toMatchObject(invalid);
      await person.comesBack(back);
      await expect(person.comesBack(back)).rejects.toMatchObject(invalid);
      const late = await server.consent((await begin(person, { name: "late" })).authorizeUrl);
      world.clock.now += 10 * 60_000;
      await expect(person.comesBack(late)).rejects.toMatchObject(invalid);
      expect(server.grants).toEqual(["authorization_code"]);
    });

    test("a person who lost the role or the membership meanwhile gets nothing", async () => {
      const { id } = person;
      const first = await server.consent((await begin()).authorizeUrl);
      await expect(world.person(id, "viewer").comesBack(first)).rejects.toMatchObject({
        code: "role_missing",
      });
      const second = await server.consent((await begin()).authorizeUrl);
      await expect(world.person(id, "member", "org_other").comesBack(second)).rejects.toMatchObject({
        code: "oauth_flow_invalid",
      });
      expect(server.grants).toEqual([]);
    });

    test.each([
      ["access_denied", "oauth_denied", 403],
      ["server_error", "oauth_failed", 502],
      ["canary", "oauth_failed", 502],
    ])(
      "who comes back with %s is told so, and nothing of the service's words",
      async (deny, code, status) => {
        const back = await server.consent((await begin()).authorizeUrl, { deny });
        const error: unknown = await person.comesBack(back).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code, status });
        expect(String(error)).not.toContain("canary");
      },
    );

    test("an answer of another server, without a code, or with a code of another sign-in is refused", async () => {
      const failed = { code: "oauth_failed" };
      const mixed = new URL(await server.consent((await begin()).authorizeUrl));
      mixed.searchParams.set("iss", "https://thief.example");
      await expect(person.comesBack(mixed.href)).rejects.toMatchObject(failed);
      const empty = new URL(await server.consent((await begin()).authorizeUrl));
      empty.searchParams.delete("code");
      await expect(person.comesBack(empty.href)).rejects.toMatchObject(failed);
      const injected = new URL(await server.consent((await begin()).authorizeUrl));
      const theirs = new URL(await server.consent((await begin(world.person("eve"))).authorizeUrl));
      injected.searchParams.set("code", theirs.searchParams.get("code") ?? "");
      await expect(person.comesBack(injected.href)).rejects.toMatchObject(failed);
    });

    test.each([
      "https://thief.example",
      "//thief.example",
      "/\\thief.example",
      "/\t/thief.example",
      "settings",
    ])("nobody is sent on to %j", async (returnTo) => {
      await expect(begin(person, { returnTo })).rejects.toMatchObject({ code: "unprocessable" });
    });

    test("only admins configure the OAuth client, whose secret is shown to nobody", async () => {
      await expect(
        configureConnector(person.ctx, { orgId: world.orgId, connectorId: "github", clientId: "x" }),
      ).rejects.toMatchObject({ code: "role_missing" });
      const view = await configureGeneric(server);
      expect(view.client?.clientSecret?.fingerprint).toMatch(/^[0-9a-f]{8}$/);
      const { data } = await listAudit(world.system, { orgId: world.orgId, action: "connector.configure" });
      expect(inspect([view, data], { depth: 9 })).not.toContain("canary");
      await expect(
        configureConnector(world.admin, { orgId: world.orgId, connectorId: "daytona", clientId: "x" }),
      ).rejects.toMatchObject({ code: "unprocessable" });
    });

    test("GitHub and Slack are signed in at in their own dialects", async () => {
      const { orgId } = world;
      await using github = startGitHubMock({ redirectUri, expiresIn: null });
      await using slack = startSlackMock({ redirectUri, expiresIn: 43_200 });
      const clients = [
        ["github", github, { base_url: github.url, web_url: github.url }],
        ["slack", slack, { base_url: slack.url }],
      ] as const;
      for (const [connectorId, mock, options] of clients) {
        const { clientId, clientSecret } = mock;
        await configureConnector(world.admin, { orgId, connectorId, clientId, clientSecret, options });
        const { authorizeUrl } = await beginConnectionSignIn(person.ctx, { orgId, connector: connectorId });
        const { id } = await person.comesBack(await mock.consent(authorizeUrl));
        expect(await getConnection(person.ctx, { orgId, connectionId: id })).toMatchObject({
          status: "connected",
          scopes:
            connectorId === "github" ? ["repo", "read:org"] : ["channels:read", "chat:write", "users:read"],
        });
      }
      const live = async (connector: string) =>
        (await useConnection(world.system, { orgId, userId: person.id, connector })).credential.access_token;
      const [hub, chat] = [await live("github"), await live("slack")];
      world.clock.now += 24 * 3_600_000;
      // GitHub's token has no end, Slack's has, and the next one stands elsewhere in its answer.
      expect((await live("github"))?.reveal()).toBe(hub?.reveal() ?? "");
      expect((await live("slack"))?.reveal()).not.toBe(chat?.reveal() ?? "");
      expect([github.grants, slack.grants]).toEqual([
        ["authorization_code"],
        ["authorization_code", "refresh_token"],
      ]);
      // Both refuse with status 200.
      slack.revokeAll();
      world.clock.now += 24 * 3_600_000;
      await expect(live("slack")).rejects.toMatchObject({ code: "connection_expired" });
      const again = await beginConnectionSignIn(person.ctx, { orgId, connector: "github", name: "b" });
      const spoiled = new URL(await github.consent(again.authorizeUrl));
      spoiled.searchParams.set("code", "canary");
      await expect(person.comesBack(spoiled.href)).rejects.toMatchObject({
        code: "oauth_failed",
        fields: { reason: "the token endpoint answered bad_verification_code" },
      });
    });

    test("one replica's sign-in is finished by another", async () => {
      const { authorizeUrl } = await begin();
      const replica = await openReplica();
      const there = personOf(replica, { id: person.id, role: "member", orgId: world.orgId });
      expect(await there.comesBack(await server.consent(authorizeUrl))).toMatchObject({ kind: "connection" });
    });
  });
}
