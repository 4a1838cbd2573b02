import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { actingAs, addMember } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createKey } from "../keys/create.ts";
import { withActor } from "../service-context.ts";
import { foundOrg } from "./found.ts";
import { getOrgImpact } from "./impact.ts";
import { listOrgs } from "./list.ts";
import { removeOrg } from "./remove.ts";
import { renameOrg } from "./rename.ts";

for (const engine of engines) {
  describe(`organizations on ${engine}`, () => {
    let world: ServiceWorld;
    let id: string;
    beforeEach(async () => {
      world = await createWorld(engine);
      id = await addMember(world.system, { orgId: world.orgId, email: "op@example.com", role: "owner" });
    }, 60_000);
    afterEach(() => world.close());

    const operator = () => actingAs(world.system, { id, orgId: world.orgId, role: "owner", operator: true });
    const ownerOf = (orgId: string) => actingAs(world.system, { id, orgId, role: "owner" });

    test("an operator makes one and owns it; others may not, and see only their own", async () => {
      const { org, invitation } = await foundOrg(operator(), { name: "second" });
      expect(invitation).toBeUndefined();
      expect((await listOrgs(operator(), {})).data.map(({ name }) => name)).toEqual(["acme", "second"]);
      const plain = actingAs(world.system, { id: "user_x", orgId: world.orgId, role: "owner" });
      expect((await listOrgs(plain, {})).data).toEqual([]);
      await expect(foundOrg(plain, { name: "third" })).rejects.toMatchObject({ code: "role_missing" });
      expect((await listOrgs(world.admin, {})).data.map(({ name }) => name)).toEqual(["acme"]);
      await expect(foundOrg(world.admin, { name: "third" })).rejects.toMatchObject({ code: "key_scope" });
      const taken = foundOrg(operator(), { name: org.name.toUpperCase() });
      await expect(taken).rejects.toMatchObject({ code: "conflict" });
    });

    test("a key with the scope operator must say who will own it", async () => {
      const key = withActor(world.system, {
        ...{ kind: "key", id: "key_1", name: "ops", orgId: world.orgId },
        scopes: ["operator", "admin"],
      });
      await expect(foundOrg(key, { name: "second" })).rejects.toMatchObject({
        problems: [{ path: "/owner_email" }],
      });
      const { invitation } = await foundOrg(key, { name: "second", ownerEmail: "boss@example.com" });
      expect(invitation?.invitation).toMatchObject({ role: "owner", email: "boss@example.com" });
    });

    test("an org admin's key hands out no scope operator, nor gets hold of one", async () => {
      const made = createKey(world.admin, { orgId: world.orgId, name: "ops", scopes: ["operator"] });
      await expect(made).rejects.toMatchObject({ code: "key_scope" });
      const url = createKey(world.system, {
        ...{ orgId: world.orgId, name: "ops", carrier: "url" },
        scopes: ["operator"],
      });
      await expect(url).rejects.toMatchObject({ code: "unprocessable" });
    });

    test("renaming raises the version and keeps names unique", async () => {
      await foundOrg(operator(), { name: "second" });
      const taken = renameOrg(ownerOf(world.orgId), { orgId: world.orgId, name: "Second" });
      await expect(taken).rejects.toMatchObject({ code: "conflict" });
      const before = await world.storage.reads.instance.version();
      const renamed = await renameOrg(ownerOf(world.orgId), { orgId: world.orgId, name: "ACME" });
      expect(renamed.name).toBe("ACME");
      expect(await world.storage.reads.instance.version()).toBe(before + 1);
    });

    test("deleting says what goes, needs force while something lives, and leaves the last one and the audit log", async () => {
      await expect(removeOrg(ownerOf(world.orgId), { orgId: world.orgId })).rejects.toMatchObject({
        code: "conflict",
      });
      const { org } = await foundOrg(operator(), { name: "second" });
      await createKey(world.system, { orgId: org.id, name: "k" });
      expect(await getOrgImpact(ownerOf(org.id), { orgId: org.id })).toEqual({
        ...{ providers: 0, models: 0, keys: 1, members: 1 },
      });
      const admin = actingAs(world.system, { id: "user_x", orgId: org.id, role: "admin" });
      await expect(removeOrg(admin, { orgId: org.id })).rejects.toMatchObject({ code: "role_missing" });
      await expect(removeOrg(ownerOf(org.id), { orgId: org.id })).rejects.toThrow("1 live keys");
      const before = await world.storage.reads.instance.version();
      await removeOrg(ownerOf(org.id), { orgId: org.id, force: true });
      expect(await world.storage.reads.instance.version()).toBe(before + 1);
      expect((await listOrgs(operator(), {})).data.map(({ name }) => name)).toEqual(["acme"]);
      const [last] = await world.storage.reads.audit.page({ orgId: org.id, limit: 1, before: undefined });
      expect(last).toMatchObject({ action: "org.delete", targetName: "second" });
    });
  });
}
