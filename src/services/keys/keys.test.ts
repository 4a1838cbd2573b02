import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { generateKey, parseKeyFormat } from "../../secrets/key-format.ts";
import { createOrg } from "../orgs/create.ts";
import { authenticateKey } from "./authenticate.ts";
import { createKey } from "./create.ts";
import { listKeys } from "./list.ts";
import { revokeKey } from "./revoke.ts";
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
      const expired = await make({ name: "old", expiresAt: world.clock.now - 1000 });
      const path = await make({ name: "path", carrier: "url" });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
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
      expect((await listKeys(world.admin, { orgId: world.orgId, revoked: true })).data.length).toBe(2);
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
      const updated = await updateKey(world.admin, { ...ref, allowedModels: null, value: next });
      expect(updated).toMatchObject({ allowedModels: undefined, strict: true });
      await expect(present(value.reveal())).rejects.toMatchObject({ code: "key_invalid" });
      expect((await present(next.reveal())).id).toBe(key.id);
      await revokeKey(world.admin, ref);
      await expect(updateKey(world.admin, { ...ref, strict: false })).rejects.toMatchObject({
        code: "conflict",
      });
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
