import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { actingAs, addMember } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import type { ServiceContext } from "../service-context.ts";
import { changeRole } from "./change-role.ts";
import { listMembers } from "./list.ts";
import { removeMember } from "./remove.ts";
import { type Role, roles } from "./role.ts";

for (const engine of engines) {
  describe(`members on ${engine}`, () => {
    let world: ServiceWorld;
    let orgId: string;
    const ids = {} as Record<Role, string>;
    beforeEach(async () => {
      world = await createWorld(engine);
      orgId = world.orgId;
      for (const role of roles) {
        ids[role] = await addMember(world.system, { orgId, email: `${role}@example.com`, role });
      }
    }, 60_000);
    afterEach(() => world.close());

    const as = (role: Role): ServiceContext => actingAs(world.system, { id: ids[role], orgId, role });
    const roleOf = async (userId: string) =>
      (await world.storage.reads.members.find({ orgId, userId }))?.role;

    test("everybody sees who is a member; a stranger's org does not exist", async () => {
      for (const role of roles) {
        const { data } = await listMembers(as(role), { orgId, limit: 3 });
        expect(data.map((member) => member.role)).toEqual(["owner", "admin", "member"]);
      }
      const foreign = listMembers(as("owner"), { orgId: "org_other" });
      await expect(foreign).rejects.toMatchObject({ code: "not_found" });
    });

    test("who may make what of whom", async () => {
      for (const actor of roles) {
        for (const target of roles) {
          for (const next of roles) {
            if (target === next || target === actor) continue;
            const mighty = [target, next].some((role) => role === "owner" || role === "admin");
            const allowed = actor === "owner" || (actor === "admin" && !mighty);
            const outcome = await changeRole(as(actor), { orgId, userId: ids[target], role: next }).then(
              () => "done",
              ({ code }: { code: string }) => code,
            );
            expect([actor, target, next, outcome]).toEqual([
              actor,
              target,
              next,
              allowed ? "done" : "role_missing",
            ]);
            if (allowed) await changeRole(world.system, { orgId, userId: ids[target], role: target });
          }
        }
      }
    }, 60_000);

    test("a key with the scope admin moves members, but makes and unmakes no admin", async () => {
      await changeRole(world.admin, { orgId, userId: ids.viewer, role: "member" });
      expect(await roleOf(ids.viewer)).toBe("member");
      const up = changeRole(world.admin, { orgId, userId: ids.viewer, role: "admin" });
      await expect(up).rejects.toMatchObject({ code: "role_missing" });
      const out = removeMember(world.admin, { orgId, userId: ids.admin });
      await expect(out).rejects.toMatchObject({ code: "role_missing" });
    });

    test("the last owner can neither leave nor be demoted nor removed; with a second one they can", async () => {
      const last = { orgId, userId: ids.owner };
      for (const attempt of [
        () => changeRole(as("owner"), { ...last, role: "admin" }),
        () => removeMember(as("owner"), last),
        () => removeMember(world.system, last),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: "conflict" });
      }
      await changeRole(as("owner"), { orgId, userId: ids.member, role: "owner" });
      await removeMember(as("owner"), last);
      expect(await roleOf(ids.owner)).toBeUndefined();
    });

    test("two owners who demote each other at once: one stays", async () => {
      await changeRole(world.system, { orgId, userId: ids.admin, role: "owner" });
      const second = actingAs(world.system, { id: ids.admin, orgId, role: "owner" });
      const both = await Promise.allSettled([
        changeRole(as("owner"), { orgId, userId: ids.admin, role: "member" }),
        changeRole(second, { orgId, userId: ids.owner, role: "member" }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await world.storage.reads.members.count({ orgId, role: "owner" })).toBe(1);
    });

    test("anybody may leave; only admins remove members, only owners remove admins", async () => {
      await removeMember(as("viewer"), { orgId, userId: ids.viewer });
      expect(await roleOf(ids.viewer)).toBeUndefined();
      const fail = async (actor: Role, target: Role) =>
        expect(removeMember(as(actor), { orgId, userId: ids[target] })).rejects.toMatchObject({
          code: "role_missing",
        });
      await fail("member", "admin");
      await fail("admin", "owner");
      await removeMember(as("admin"), { orgId, userId: ids.member });
      await removeMember(as("owner"), { orgId, userId: ids.admin });
      expect(await world.storage.reads.members.count({ orgId })).toBe(1);
    });

    test("each act is in the org's chain with who did it", async () => {
      await changeRole(as("admin"), { orgId, userId: ids.viewer, role: "member" });
      await removeMember(as("admin"), { orgId, userId: ids.viewer });
      const rows = await world.storage.reads.audit.page({ orgId, limit: 2, before: undefined });
      expect(rows).toMatchObject([
        { action: "member.delete", actorId: ids.admin, targetName: "viewer@example.com" },
        { action: "member.update", before: '{"role":"viewer"}', after: '{"role":"member"}' },
      ]);
    });
  });
}
