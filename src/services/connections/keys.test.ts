import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { startDaytonaMock } from "../../../testkit/mocks/daytona-server.ts";
import { startGitHubMock } from "../../../testkit/mocks/github-server.ts";
import { startSlackMock } from "../../../testkit/mocks/slack-server.ts";
import { createSignInWorld, reach, type SignInWorld } from "../../../testkit/sign-ins.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import type { DriverFetch } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { listAudit } from "../audit/list.ts";
import { createProvider } from "../providers/create.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { createConnection } from "./create.ts";
import { getConnection } from "./get.ts";
import { listConnections } from "./list.ts";
import { removeConnection } from "./remove.ts";
import { updateConnection } from "./update.ts";
import { useConnection } from "./use-connection.ts";
import { verifyConnection } from "./verify.ts";

const key = "key-canary-0123456789";
const redirectUri = "http://penstock.test/api/v1/oauth/callback";

for (const engine of engines) {
  describe(`connections by a key, on ${engine}`, () => {
    let world: SignInWorld;
    let github: ReturnType<typeof startGitHubMock>;
    let slack: ReturnType<typeof startSlackMock>;
    let daytona: ReturnType<typeof startDaytonaMock>;
    /** What the network does instead, by host. */
    const weather = new Map<string, DriverFetch>();

    beforeAll(async () => {
      github = startGitHubMock({ redirectUri, apiKey: key });
      slack = startSlackMock({ redirectUri, apiKey: key });
      daytona = startDaytonaMock();
      world = await createSignInWorld(engine, {
        fetch: (url, init) => (weather.get(new URL(url).host) ?? reach)(url, init),
      });
    });
    afterAll(async () => {
      await world.close();
      await Promise.all([github.close(), slack.close(), daytona[Symbol.asyncDispose]()]);
    });

    const input = (name: string, token = key) => ({
      orgId: world.orgId,
      connector: "github",
      name,
      credentials: { token },
      options: { base_url: github.url },
    });

    test("each service says whose key it is before it is saved", async () => {
      const { orgId } = world;
      const { ctx } = world.person("ada");
      const made = [
        await createConnection(ctx, input("github")),
        await createConnection(ctx, {
          orgId,
          connector: "slack",
          credentials: { token: key },
          options: { base_url: slack.url },
        }),
        await createConnection(ctx, {
          orgId,
          connector: "daytona",
          credentials: { api_key: daytona.apiKey },
          options: { base_url: daytona.url },
        }),
        await createConnection(ctx, {
          orgId,
          connector: "generic",
          credentials: { api_key: key },
          options: { verify_url: `${github.url}/user` },
        }),
      ];
      expect(made).toMatchObject([
        { name: "github", accountId: "583231", accountName: "octocat", scopes: ["repo", "read:org"] },
        { name: "slack", accountId: "U1", accountName: "ada @ Acme" },
        { name: "daytona", accountId: "user-1", accountName: "laptop", scopes: ["write:sandboxes"] },
        { name: "generic", accountId: "583231", accountName: "octocat", scopes: [] },
      ]);
      const { data } = await listConnections(ctx, { orgId });
      expect(data.map(({ connector, status }) => [connector, status])).toEqual([
        ["github", "connected"],
        ["slack", "connected"],
        ["daytona", "connected"],
        ["generic", "connected"],
      ]);
      expect(inspect([made, data], { depth: 9 })).not.toContain("canary");
    });

    test("any other service is called with its header and prefix", async () => {
      const seen: string[] = [];
      weather.set("api.example", async (_, { headers }) => {
        seen.push(JSON.stringify(headers));
        return Response.json({ id: 7, email: "ada@example.com" });
      });
      const { ctx } = world.person("grace");
      const made = await createConnection(ctx, {
        orgId: world.orgId,
        connector: "generic",
        credentials: { api_key: key },
        options: { verify_url: "https://api.example/me", header: "X-Token", prefix: "" },
      });
      expect(made).toMatchObject({ accountId: "7", accountName: "ada@example.com" });
      expect(JSON.parse(seen[0] ?? "{}")).toMatchObject({ "x-token": key });
    });

    test.each<[string, DriverFetch, string, string]>([
      [
        "the egress policy forbids the address",
        () => Promise.reject(new PenstockError("egress_refused", { fields: { target: "`down.example`" } })),
        "connection_blocked",
        "blocked_by_network_policy",
      ],
      [
        "nobody answers",
        () => Promise.reject(new TypeError("connect to canary failed")),
        "connection_unreachable",
        "provider_unreachable",
      ],
      [
        "the service is down",
        async () => new Response("canary", { status: 503 }),
        "connection_unreachable",
        "provider_unreachable",
      ],
      [
        "the service refuses the key",
        async () => new Response("canary", { status: 401 }),
        "connection_refused",
        "provider_refused",
      ],
      [
        "there is no such path",
        async () => new Response("canary", { status: 404 }),
        "connection_failed",
        "failed",
      ],
      [
        "the service redirects",
        async () => new Response(null, { status: 302, headers: { location: "https://canary.example" } }),
        "connection_failed",
        "failed",
      ],
      ["a page answers", async () => new Response("<html>canary</html>"), "connection_failed", "failed"],
    ])("nothing is saved when %s, and a saved one says so", async (_, fetch, code, reason) => {
      const person = world.person(`user-${reason}-${Math.random()}`);
      const { orgId } = world;
      const host = new URL(github.url).host;
      const saved = await createConnection(person.ctx, input("before"));
      weather.set(host, fetch);
      try {
        const error: unknown = await createConnection(person.ctx, input("after")).catch((thrown) => thrown);
        expect(error).toMatchObject({ code });
        expect(String(error)).not.toContain("canary");
        const found = await verifyConnection(person.ctx, { orgId, connectionId: saved.id });
        expect(found).toMatchObject({ valid: false, failure: reason, connection: { statusReason: reason } });
        expect(found.connection.status).toBe(reason === "provider_refused" ? "reauthorize" : "failing");
        expect(inspect(found, { depth: 9 })).not.toContain("canary");
      } finally {
        weather.delete(host);
      }
      const again = await verifyConnection(person.ctx, { orgId, connectionId: saved.id });
      expect(again).toMatchObject({
        valid: true,
        connection: { status: "connected", statusReason: undefined },
      });
      expect((await listConnections(person.ctx, { orgId })).data).toHaveLength(1);
    });

    test("nobody but its owner sees it: not another member, not an owner of the org, not a key", async () => {
      const { orgId, admin } = world;
      const { ctx } = world.person("iris");
      const { id: connectionId } = await createConnection(ctx, input("mine"));
      const ref = { orgId, connectionId };
      const verbs = [getConnection, verifyConnection, removeConnection, updateConnection];
      for (const other of [world.person("mallory"), world.person("boss", "owner")]) {
        for (const verb of verbs)
          await expect(verb(other.ctx, ref)).rejects.toMatchObject({ code: "not_found" });
        expect((await listConnections(other.ctx, { orgId })).data).toEqual([]);
        await expect(
          useConnection(other.ctx, { orgId, userId: "iris", connector: "github" }),
        ).rejects.toMatchObject({ code: "not_found" });
      }
      for (const verb of [...verbs, listConnections])
        await expect(verb(admin, ref)).rejects.toMatchObject({ code: "user_required", status: 403 });
      await expect(createConnection(admin, input("x"))).rejects.toMatchObject({ code: "user_required" });
      await expect(getConnection(world.person("iris", "member", "org_other").ctx, ref)).rejects.toMatchObject(
        {
          code: "not_found",
        },
      );
      expect(await getConnection(ctx, ref)).toMatchObject({ name: "mine" });
    });

    test("a viewer may look and forget, but not connect", async () => {
      const viewer = world.person("vera", "viewer");
      await expect(createConnection(viewer.ctx, input("x"))).rejects.toMatchObject({ code: "role_missing" });
      expect((await listConnections(viewer.ctx, { orgId: world.orgId })).data).toEqual([]);
    });

    test("names are one's own, and all that is wrong is said at once", async () => {
      const [joan, kay] = [world.person("joan"), world.person("kay")];
      await createConnection(joan.ctx, input("work"));
      await createConnection(kay.ctx, input("work"));
      await expect(createConnection(joan.ctx, input("Work"))).rejects.toMatchObject({ code: "conflict" });
      const error = await createConnection(joan.ctx, {
        orgId: world.orgId,
        connector: "generic",
        name: "other",
        credentials: { secret: "x" },
        options: { verify_url: "ftp://x", header: "Host", colour: "red" },
      }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PenstockError);
      const paths = error instanceof PenstockError ? error.problems.map(({ path }) => path).sort() : [];
      expect(paths).toEqual([
        "/credentials/api_key",
        "/credentials/secret",
        "/options/colour",
        "/options/header",
        "/options/verify_url",
      ]);
    });

    test("a new key takes the place of the old one after the service has taken it", async () => {
      const { orgId } = world;
      const { ctx } = world.person("lin");
      const { id: connectionId, credentials } = await createConnection(ctx, input("mine", key));
      await expect(
        updateConnection(ctx, {
          orgId,
          connectionId,
          credentials: { token: "wrong-canary" },
          options: { base_url: github.url },
        }),
      ).rejects.toMatchObject({ code: "connection_refused" });
      expect(await getConnection(ctx, { orgId, connectionId })).toMatchObject({ credentials });
      await expect(
        updateConnection(ctx, { orgId, connectionId, options: { base_url: "https://thief.example" } }),
      ).rejects.toMatchObject({ code: "unprocessable" });
      expect(await updateConnection(ctx, { orgId, connectionId, name: "renamed" })).toMatchObject({
        name: "renamed",
        credentials,
      });
    });

    test("tools get the live key, and none when there is no connection", async () => {
      const { orgId, system } = world;
      const { ctx } = world.person("mia");
      const { id } = await createConnection(ctx, input("mine"));
      const live = await useConnection(system, { orgId, userId: "mia", connector: "github" });
      expect(live).toMatchObject({ connectionId: id, options: { base_url: github.url } });
      expect(live.credential.token?.reveal()).toBe(key);
      expect(inspect(live, { depth: 9 })).not.toContain("canary");
      await removeConnection(ctx, { orgId, connectionId: id });
      await expect(
        useConnection(system, { orgId, userId: "mia", connector: "github" }),
      ).rejects.toMatchObject({ code: "connection_missing", status: 424 });
    });

    test("no model ever runs on a connection", async () => {
      const { orgId, admin } = world;
      const { id } = await createConnection(world.person("noor").ctx, input("mine"));
      const snapshot = await buildSnapshot(world.system);
      const revealed = JSON.stringify(snapshot, (_, value: unknown) =>
        value instanceof Object && "reveal" in value
          ? String(Reflect.apply(value.reveal as () => string, value, []))
          : value,
      );
      expect(revealed).not.toContain(id);
      expect(revealed).not.toContain(key);
      for (const credentials of [{ api_key: id }, { connection: id }, { connection_id: id }]) {
        await expect(
          createProvider(admin, { orgId, name: "by-connection", driver: "fake", credentials }),
        ).rejects.toMatchObject({ code: "unprocessable" });
      }
    });

    test("the audit log says who connected what, and not as whom", async () => {
      const { orgId } = world;
      const { ctx } = world.person("olga");
      const { id } = await createConnection(ctx, input("secret-project"));
      await removeConnection(ctx, { orgId, connectionId: id });
      const { data } = await listAudit(world.system, { orgId, target: id });
      expect(data.map(({ action, actorId }) => [action, actorId])).toEqual([
        ["connection.remove", "olga"],
        ["connection.create", "olga"],
      ]);
      expect(JSON.stringify(data)).not.toMatch(/octocat|secret-project|canary/);
    });
  });
}
