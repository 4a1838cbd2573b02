import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { generateKey, parseKeyFormat } from "../../secrets/key-format.ts";
import { createOrg } from "../orgs/create.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { authenticateKey } from "./authenticate.ts";
import { createKey } from "./create.ts";
import { getKey } from "./get.ts";
import { createKeyUseWriter } from "./key-use.ts";
import { type ListKeysInput, listKeys } from "./list.ts";
import { revokeKey } from "./revoke.ts";
import { rotateKey } from "./rotate.ts";
import { updateKey } from "./update.ts";

for (const engine of engines) {
  describe(`keys on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const make = (more: object = {}) => createKey(world.admin, { orgId: world.orgId, name: "ci", ...more });
    const present = (presented: string, carrier: "header" | "url" = "header") =>
      authenticateKey(world.system, { presented, carrier });

    test("a new key authenticates, and is nowhere to be read again", async () => {
      const { key, value } = await make({ scopes: ["gateway", "admin"], allowedModels: ["main/a"] });
      expect(parseKeyFormat(value.reveal())).toBe("header");
      expect(await present(value.reveal())).toMatchObject({ id: key.id, scopes: ["gateway", "admin"] });
      const { data } = await listKeys(world.admin, { orgId: world.orgId });
      expect(data).toEqual([key]);
      expect(JSON.stringify(data)).not.toContain(value.reveal().slice(4, 40));
      expect(Object.keys(data[0] ?? {})).not.toContain("digest");
      expect(key.preview).toBe(`psk_…${value.reveal().slice(-4)}`);
    });

    test("a wrong, expired, revoked or misplaced key is refused with one and the same error", async () => {
      const { value, key } = await make();
      const expired = await make({ name: "old", expiresAt: world.clock.now + 1000 });
      const path = await make({ name: "path", carrier: "url" });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
      world.clock.now += 1000;
      const attempts = [
        present(value.reveal()),
        present(expired.value.reveal()),
        present(path.value.reveal()),
        present(generateKey("header").reveal()),
        present("psk_nonsense"),
        present(""),
      ];
      const outcomes = await Promise.allSettled(attempts);
      const messages = outcomes.map((each) =>
        each.status === "rejected" ? String(each.reason) : "accepted",
      );
      expect(new Set(messages).size).toBe(1);
      expect(messages[0]).toContain("not valid");
      expect((await present(path.value.reveal(), "url")).carrier).toBe("url");
    });

    test("a name is taken while its key lives, and free after it was revoked", async () => {
      const { key } = await make();
      await expect(make()).rejects.toMatchObject({ code: "conflict" });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
      await make();
      expect((await listKeys(world.admin, { orgId: world.orgId })).data.length).toBe(1);
      expect((await listKeys(world.admin, { orgId: world.orgId, state: "all" })).data.length).toBe(2);
    });

    test("revoking twice changes nothing the second time", async () => {
      const { key } = await make();
      const ref = { orgId: world.orgId, keyId: key.id };
      const first = await revokeKey(world.admin, ref);
      const version = await world.storage.reads.instance.version();
      expect(await revokeKey(world.admin, ref)).toEqual(first);
      expect(await world.storage.reads.instance.version()).toBe(version);
    });

    test("a value made elsewhere is taken if it is a Penstock key, once", async () => {
      const value = generateKey("header");
      await make({ value });
      expect((await present(value.reveal())).name).toBe("ci");
      await expect(make({ name: "again", value })).rejects.toMatchObject({ code: "conflict" });
      await expect(make({ name: "weak", value: "hunter2" })).rejects.toMatchObject({ code: "unprocessable" });
      await expect(make({ name: "u", value: generateKey("url") })).rejects.toMatchObject({
        code: "unprocessable",
      });
    });

    test("an update changes what a key may do and can replace its value", async () => {
      const { key, value } = await make({ allowedModels: ["a"], strict: true });
      const ref = { orgId: world.orgId, keyId: key.id };
      const next = generateKey("header");
      expect(key.onDisconnect).toBe("cancel");
      const change = { allowedModels: null, onDisconnect: "drain" as const, value: next };
      const updated = await updateKey(world.admin, { ...ref, ...change });
      expect(updated).toMatchObject({ allowedModels: undefined, strict: true, onDisconnect: "drain" });
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
      expect((await present(next.reveal())).id).toBe(key.id);
      await revokeKey(world.admin, ref);
      await expect(updateKey(world.admin, { ...ref, strict: false })).rejects.toMatchObject({
        code: "conflict",
      });
    });

    test("a rotation gives a new value, and the one before works until its grace ends", async () => {
      const { key, value } = await make({ carrier: "header" });
      const ref = { orgId: world.orgId, keyId: key.id };
      const rotated = await rotateKey(world.admin, { ...ref, graceSeconds: 60 });
      expect(rotated.key).toMatchObject({ id: key.id, name: "ci", active: true });
      expect(rotated.key.previousExpiresAt).toBe(rotated.key.updatedAt + 60_000);
      expect((await present(value.reveal())).id).toBe(key.id);
      expect((await present(rotated.value.reveal())).id).toBe(key.id);
      const [inSnapshot] = (await buildSnapshot(world.system)).orgs[0]?.keys ?? [];
      expect(inSnapshot?.previous?.expiresAt).toBe(rotated.key.previousExpiresAt);
      world.clock.now += 61_000;
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
      expect((await present(rotated.value.reveal())).previousExpiresAt).toBeUndefined();
    });

    test("a second rotation ends the value before the last one; revoking ends all of them", async () => {
      const { key, value } = await make();
      const ref = { orgId: world.orgId, keyId: key.id };
      const second = await rotateKey(world.admin, ref);
      expect(second.key.previousExpiresAt).toBe(second.key.updatedAt + 24 * 60 * 60 * 1000);
      const third = await rotateKey(world.admin, ref);
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
      expect((await present(second.value.reveal())).id).toBe(key.id);
      await expect(make({ name: "copy", value: second.value })).rejects.toMatchObject({ code: "conflict" });
      await revokeKey(world.admin, ref);
      for (const ended of [second, third]) {
        await expect(present(ended.value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
      }
      await expect(rotateKey(world.admin, ref)).rejects.toMatchObject({ code: "conflict" });
    });

    test("a rotation without grace ends the value before at once; a grace is a month at most", async () => {
      const { key, value } = await make();
      const ref = { orgId: world.orgId, keyId: key.id };
      await expect(rotateKey(world.admin, { ...ref, graceSeconds: 2_592_001 })).rejects.toMatchObject({
        problems: [{ path: "/grace_seconds" }],
      });
      await rotateKey(world.admin, { ...ref, graceSeconds: 0 });
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
    });

    test("an expired key does not live on by the grace of its rotation", async () => {
      const { key, value } = await make({ expiresAt: world.clock.now + 10_000 });
      await rotateKey(world.admin, { orgId: world.orgId, keyId: key.id });
      world.clock.now += 20_000;
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
    });

    test("an expiry in the past is refused, and one that has passed may be repeated", async () => {
      const past = { problems: [{ path: "/expires_at", message: "must be in the future" }] };
      await expect(make({ expiresAt: world.clock.now })).rejects.toMatchObject(past);
      const expiresAt = world.clock.now + 1000;
      const { key } = await make({ expiresAt });
      const ref = { orgId: world.orgId, keyId: key.id };
      await expect(updateKey(world.admin, { ...ref, expiresAt: world.clock.now - 1 })).rejects.toMatchObject(
        past,
      );
      world.clock.now = expiresAt;
      expect(await updateKey(world.admin, { ...ref, expiresAt, strict: true })).toMatchObject({
        active: false,
      });
      const later = { ...ref, expiresAt: expiresAt + 1000 };
      expect(await updateKey(world.admin, later)).toMatchObject({ active: true });
    });

    test("a key can be renamed, but not to a living key's name; every change rises its time", async () => {
      const { key } = await make();
      await make({ name: "taken" });
      const ref = { orgId: world.orgId, keyId: key.id };
      await expect(updateKey(world.admin, { ...ref, name: "taken" })).rejects.toMatchObject({
        code: "conflict",
      });
      world.clock.now = key.updatedAt - 5_000;
      const renamed = await updateKey(world.admin, { ...ref, name: "builds" });
      expect(renamed).toMatchObject({ name: "builds", updatedAt: key.updatedAt + 1 });
      expect(await getKey(world.admin, ref)).toEqual(renamed);
    });

    test("a list holds the keys of the state that was asked for", async () => {
      await make({ name: "active" });
      await make({ name: "expired", expiresAt: world.clock.now + 1 });
      const { key } = await make({ name: "revoked" });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
      world.clock.now += 1;
      const names = async (state: ListKeysInput["state"]) =>
        (await listKeys(world.admin, { orgId: world.orgId, state })).data.map(({ name }) => name);
      expect(await names(undefined)).toEqual(["active", "expired"]);
      for (const state of ["active", "expired", "revoked"] as const)
        expect(await names(state)).toEqual([state]);
      expect(await names("all")).toEqual(["active", "expired", "revoked"]);
    });

    test("uses are written once a minute a key, and bump no version", async () => {
      const { key } = await make();
      const writer = createKeyUseWriter({
        storage: world.storage,
        log: world.system.log,
        now: () => world.clock.now,
      });
      const lastUsed = async () =>
        (await getKey(world.admin, { orgId: world.orgId, keyId: key.id })).lastUsedAt;
      const version = await world.storage.reads.instance.version();
      const first = world.clock.now;
      writer.note(key.id, first);
      writer.note("key_unknown", first);
      await writer.flush();
      expect(await lastUsed()).toBe(first);
      writer.note(key.id, first + 1_000);
      await writer.flush();
      expect(await lastUsed()).toBe(first);
      world.clock.now = first + 60_001;
      await writer.flush();
      expect(await lastUsed()).toBe(first + 1_000);
      // Another replica that is behind does not turn it back.
      writer.note(key.id, first - 1);
      await writer.close();
      expect(await lastUsed()).toBe(first + 1_000);
      expect(await world.storage.reads.instance.version()).toBe(version);
    });

    test("a URL key may not administer", async () => {
      await expect(make({ carrier: "url", scopes: ["admin"] })).rejects.toMatchObject({
        problems: [{ path: "/scopes" }],
      });
    });

    test("a file's key is the file's, and another org's key does not exist", async () => {
      const filed = await createKey(world.file("p.yaml"), { orgId: world.orgId, name: "filed" });
      const ref = { orgId: world.orgId, keyId: filed.key.id };
      await expect(revokeKey(world.admin, ref)).rejects.toMatchObject({ code: "origin_conflict" });
      const other = await createOrg(world.system, { name: "other" });
      await expect(revokeKey(world.system, { ...ref, orgId: other.id })).rejects.toMatchObject({
        code: "not_found",
      });
    });
  });
}
