import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import bedrock from "../../drivers/bedrock.ts";
import cloudflare from "../../drivers/cloudflare.ts";
import openAiCompletions from "../../drivers/openai-completions.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import { createOrg } from "../orgs/create.ts";
import { withActor } from "../service-context.ts";
import { checkProvider } from "./check.ts";
import { createProvider } from "./create.ts";
import { getProvider } from "./get.ts";
import { listProviders } from "./list.ts";
import { probeProvider } from "./probe.ts";
import { removeProvider } from "./remove.ts";
import { updateProvider } from "./update.ts";
import { upsertProviderByName } from "./upsert-by-name.ts";

async function thrown(work: Promise<unknown>): Promise<PenstockError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PenstockError) return error;
    throw error;
  }
  throw new RangeError("it was accepted");
}

for (const engine of engines) {
  describe(`providers on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine, { drivers: [cloudflare, openAiCompletions, bedrock] });
    }, 60_000);
    afterEach(() => world.close());

    const input = (more: object = {}) => ({
      orgId: world.orgId,
      name: "Main",
      driver: "fake",
      credentials: { api_key: "sk-one" },
      ...more,
    });
    const stored = async (id: string) => world.storage.reads.providers.find({ orgId: world.orgId, id });

    test("a provider the vendor accepts is saved, available, and shown without its credential", async () => {
      const provider = await createProvider(world.admin, input());
      expect(provider).toMatchObject({
        name: "Main",
        driver: "fake",
        baseUrl: "https://vendor.example/v1",
        status: "available",
        enabled: true,
        origin: "api",
        credentials: { api_key: { configured: true, fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) } },
      });
      expect(world.vendor.probes[0]?.credential.api_key?.reveal()).toBe("sk-one");
      expect(await getProvider(world.admin, { orgId: world.orgId, providerId: provider.id })).toEqual(
        provider,
      );
    });

    test("everything wrong with the shape is said at once, and the vendor is not asked", async () => {
      const error = await thrown(
        createProvider(
          world.admin,
          input({
            baseUrl: "ftp://user:pw@x",
            credentials: { api_token: "x", project: "a\nb" },
            options: { region: "mars", beta: "yes", speed: 1 },
          }),
        ),
      );
      expect(error.code).toBe("unprocessable");
      expect(error.problems.map((problem) => problem.path).sort()).toEqual([
        "/base_url",
        "/credentials/api_key",
        "/credentials/api_token",
        "/credentials/project",
        "/options/beta",
        "/options/region",
        "/options/speed",
      ]);
      expect(world.vendor.probes).toEqual([]);
    });

    test("names that could not stand in a path or before a slash are refused", async () => {
      for (const name of ["", "a/b", ".hidden", "-x", "a b", "ü", "x".repeat(65)]) {
        const error = await thrown(createProvider(world.admin, input({ name })));
        expect(error.problems[0]?.path).toBe("/name");
      }
    });

    test("base URLs with credentials, a query or a fragment are refused; a trailing slash is dropped", async () => {
      for (const baseUrl of [
        "https://u:p@h",
        "https://h?x=1",
        "https://h#x",
        "nonsense",
        "file:///etc/passwd",
      ]) {
        expect((await thrown(createProvider(world.admin, input({ baseUrl })))).problems[0]?.path).toBe(
          "/base_url",
        );
      }
      const provider = await createProvider(world.admin, input({ baseUrl: "http://10.0.0.1:8000/v1//" }));
      expect(provider.baseUrl).toBe("http://10.0.0.1:8000/v1");
    });

    test("what a driver finds wrong is told at its very field, by create and by check", async () => {
      const wrong: readonly (readonly [path: string, input: object])[] = [
        ["/options/account_id", { driver: "cloudflare" }],
        ["/credentials/api_key", { driver: "openai_completions", credentials: {} }],
        ["/credentials", { driver: "bedrock", credentials: {} }],
        ["/options/region", { driver: "bedrock", options: { region: "the moon" } }],
      ];
      for (const [path, more] of wrong) {
        const { name: _name, ...candidate } = input(more);
        const paths = [createProvider(world.admin, input(more)), checkProvider(world.admin, candidate)].map(
          async (work) => (await thrown(work)).problems.map((problem) => problem.path),
        );
        expect(await Promise.all(paths)).toEqual([[path], [path]]);
      }
    });

    test("a name taken in another case is a conflict", async () => {
      await createProvider(world.admin, input());
      expect((await thrown(createProvider(world.admin, input({ name: "mAIN" })))).code).toBe("conflict");
      const both = await Promise.allSettled([
        createProvider(world.admin, input({ name: "second" })),
        createProvider(world.admin, input({ name: "SECOND" })),
      ]);
      expect(both.map((each) => each.status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    test("a refused credential and an unreachable vendor are told apart, and nothing is saved", async () => {
      world.vendor.probe = { status: "rejected", reason: "the key is not valid" };
      expect((await thrown(createProvider(world.admin, input()))).code).toBe("credential_rejected");
      world.vendor.probe = () => Promise.reject(new TypeError("ECONNREFUSED 10.0.0.1"));
      const unreachable = await thrown(createProvider(world.admin, input()));
      expect(unreachable.code).toBe("provider_unreachable");
      expect(unreachable.message).not.toContain("ECONNREFUSED");
      expect((await listProviders(world.admin, { orgId: world.orgId })).data).toEqual([]);
      expect(await world.storage.reads.credentials.all()).toEqual([]);
    });

    test("unvalidated it is saved as pending without a call; a later probe says what it is", async () => {
      const provider = await createProvider(world.admin, input({ validate: false }));
      expect(provider.status).toBe("pending");
      expect(world.vendor.probes.length + world.vendor.discoveries.length).toBe(0);
      world.vendor.probe = { status: "rejected", reason: "the key is not valid" };
      const ref = { orgId: world.orgId, providerId: provider.id };
      expect((await probeProvider(world.admin, ref)).provider).toMatchObject({
        status: "unavailable",
        reason: "credential_rejected",
      });
      world.vendor.probe = { status: "valid", models: 1 };
      expect((await probeProvider(world.admin, ref)).provider).toMatchObject({ status: "available" });
    });

    test("an earlier check is used instead of a probe", async () => {
      const probed = await checkProvider(world.admin, { ...input(), name: "x" });
      expect(probed).toMatchObject({ status: "valid", models: 3 });
      expect((await listProviders(world.admin, { orgId: world.orgId })).data).toEqual([]);
      world.vendor.probes.length = 0;
      expect((await createProvider(world.admin, input({ probed }))).status).toBe("available");
      expect(world.vendor.probes).toEqual([]);
    });

    test("masked previews are refused, whatever form they come in", async () => {
      const provider = await createProvider(world.admin, input());
      const { fingerprint } = provider.credentials.api_key ?? { fingerprint: "" };
      for (const value of ["sk-…a1b2", "sk-***", "[secret]", fingerprint, ""]) {
        const change = { orgId: world.orgId, providerId: provider.id, credentials: { api_key: value } };
        expect((await thrown(updateProvider(world.admin, change))).problems[0]?.path).toBe(
          "/credentials/api_key",
        );
      }
    });

    test("omitted credentials are kept, null clears, and a cleared required one fails the provider", async () => {
      const made = await createProvider(
        world.admin,
        input({ credentials: { api_key: "sk-one", project: "p1" } }),
      );
      const ref = { orgId: world.orgId, providerId: made.id };
      const kept = await updateProvider(world.admin, { ...ref, credentials: { api_key: "sk-two" } });
      expect(Object.keys(kept.credentials)).toEqual(["api_key", "project"]);
      expect(kept.credentials.project).toEqual(made.credentials.project);
      expect(kept.credentials.api_key).not.toEqual(made.credentials.api_key);
      expect(world.vendor.probes.at(-1)?.credential.project?.reveal()).toBe("p1");
      const cleared = await updateProvider(world.admin, { ...ref, credentials: { api_key: null } });
      expect(cleared).toMatchObject({ status: "failed", reason: "misconfigured" });
      expect(cleared.message).toContain("api_key");
      expect(Object.keys(cleared.credentials)).toEqual(["project"]);
    });

    test("an update that says nothing new asks nobody and changes no version", async () => {
      const made = await createProvider(world.admin, input({ discover: false }));
      const before = await world.storage.reads.instance.version();
      world.vendor.probes.length = 0;
      await upsertProviderByName(world.admin, input({ discover: false }));
      await updateProvider(world.admin, {
        orgId: world.orgId,
        providerId: made.id,
        name: "Main",
        enabled: true,
      });
      expect(world.vendor.probes).toEqual([]);
      expect(await world.storage.reads.instance.version()).toBe(before);
    });

    test("renaming and disabling do not ask the vendor; a new credential does", async () => {
      const made = await createProvider(world.admin, input());
      const ref = { orgId: world.orgId, providerId: made.id };
      world.vendor.probes.length = 0;
      expect(await updateProvider(world.admin, { ...ref, name: "Other", priority: 3 })).toMatchObject({
        name: "Other",
        priority: 3,
      });
      expect((await updateProvider(world.admin, { ...ref, enabled: false })).enabled).toBe(false);
      expect(world.vendor.probes).toEqual([]);
      world.vendor.probe = { status: "rejected", reason: "no" };
      const refused = updateProvider(world.admin, { ...ref, credentials: { api_key: "sk-bad" } });
      expect((await thrown(refused)).code).toBe("credential_rejected");
      expect((await getProvider(world.admin, ref)).credentials).toEqual(made.credentials);
    });

    test("a stored secret does not follow its provider to another host", async () => {
      const made = await createProvider(world.admin, input());
      const move = { orgId: world.orgId, providerId: made.id, baseUrl: "https://thief.example/v1" };
      world.vendor.probes.length = 0;
      expect((await thrown(updateProvider(world.admin, move))).problems[0]?.path).toBe(
        "/credentials/api_key",
      );
      expect(world.vendor.probes).toEqual([]);
      const moved = await updateProvider(world.admin, { ...move, credentials: { api_key: "sk-new" } });
      expect(moved.baseUrl).toBe("https://thief.example/v1");
    });

    test("an upsert creates once and updates after; another driver is refused", async () => {
      const first = await upsertProviderByName(world.admin, input());
      const second = await upsertProviderByName(world.admin, input({ priority: 7 }));
      expect([first.created, second.created]).toEqual([true, false]);
      expect(second.provider).toMatchObject({ id: first.provider.id, priority: 7 });
      const both = await Promise.all([
        upsertProviderByName(world.admin, input({ name: "raced" })),
        upsertProviderByName(world.admin, input({ name: "raced" })),
      ]);
      expect(both[0].provider.id).toBe(both[1].provider.id);
    });

    test("what a file manages the API may not change, and the other way round; both are named", async () => {
      const filed = await createProvider(world.file("penstock.yaml"), input({ models: ["m1"] }));
      expect(filed.origin).toBe("file:penstock.yaml");
      const ref = { orgId: world.orgId, providerId: filed.id };
      for (const attempt of [
        () => updateProvider(world.admin, { ...ref, enabled: false }),
        () => removeProvider(world.admin, ref),
        () => upsertProviderByName(world.file("other.yaml"), input()),
      ]) {
        const error = await thrown(attempt());
        expect(error.code).toBe("origin_conflict");
        expect(error.message).toContain("the file penstock.yaml");
      }
      await createProvider(world.admin, input({ name: "by-hand" }));
      const error = await thrown(
        upsertProviderByName(world.file("penstock.yaml"), input({ name: "by-hand" })),
      );
      expect(error.message).toContain("managed by the API and cannot be changed by the file penstock.yaml");
    });

    test("another org's provider does not exist, and a key without the admin scope may do nothing", async () => {
      const made = await createProvider(world.admin, input());
      const other = await createOrg(world.system, { name: "other" });
      const stranger = withActor(world.system, {
        kind: "key",
        id: "key_x",
        name: "k",
        orgId: other.id,
        scopes: ["admin"],
      });
      const ref = { orgId: world.orgId, providerId: made.id };
      for (const orgId of [world.orgId, other.id]) {
        for (const verb of [getProvider, removeProvider, probeProvider]) {
          expect((await thrown(verb(stranger, { ...ref, orgId }))).code).toBe("not_found");
        }
      }
      const user = withActor(world.system, {
        kind: "key",
        id: "key_x",
        name: "k",
        orgId: world.orgId,
        scopes: ["gateway"],
      });
      expect((await thrown(getProvider(user, ref))).code).toBe("key_scope");
      expect((await thrown(createProvider(user, input({ name: "x" })))).code).toBe("key_scope");
      expect(await stored(made.id)).toBeDefined();
    });

    test("a credential that was moved in the database does not open: the provider is misconfigured", async () => {
      const [one, two] = [
        await createProvider(world.admin, input()),
        await createProvider(world.admin, input({ name: "two", credentials: { api_key: "sk-two" } })),
      ];
      const [record] = await world.storage.reads.credentials.listByProvider(one.id);
      await world.storage.change((writes) =>
        writes.credentials.put(world.orgId, {
          providerId: two.id,
          field: "api_key",
          sealed: record?.sealed ?? "",
          fingerprint: "00000000",
        }),
      );
      const ref = { orgId: world.orgId, providerId: two.id };
      expect((await thrown(probeProvider(world.admin, ref))).code).toBe("provider_misconfigured");
      expect(await getProvider(world.admin, ref)).toMatchObject({
        status: "failed",
        reason: "misconfigured",
      });
    });

    test("ids and names with a NUL are an error of the caller, never an internal one", async () => {
      const read = getProvider(world.admin, { orgId: world.orgId, providerId: "prov_\0" });
      expect((await thrown(read)).status).toBeLessThan(500);
      expect((await thrown(upsertProviderByName(world.admin, input({ name: "a\0b" })))).status).toBeLessThan(
        500,
      );
    });

    test("lists come in pages that miss and repeat nothing", async () => {
      for (let number = 0; number < 5; number++) {
        await createProvider(world.admin, input({ name: `p${number}`, discover: false }));
      }
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listProviders(world.admin, { orgId: world.orgId, limit: 2, cursor });
        names.push(...page.data.map((provider) => provider.name));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(names).toEqual(["p0", "p1", "p2", "p3", "p4"]);
      expect(
        (await thrown(listProviders(world.admin, { orgId: world.orgId, limit: 0 }))).problems[0]?.path,
      ).toBe("/limit");
    });

    test("removing and adding again under the same name works", async () => {
      const made = await createProvider(world.admin, input());
      await removeProvider(world.admin, { orgId: world.orgId, providerId: made.id });
      expect(
        (await createProvider(world.admin, input({ credentials: { api_key: new Secret("sk-3") } }))).id,
      ).not.toBe(made.id);
    });
  });
}
