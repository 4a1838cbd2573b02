import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createKey } from "../keys/create.ts";
import { revokeKey } from "../keys/revoke.ts";
import { withActor } from "../service-context.ts";
import { listAudit } from "./list.ts";
import { recordAct } from "./record-act.ts";
import { verifyAudit } from "./verify.ts";

for (const engine of engines) {
  describe(`the audit log on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const verify = (expectHead?: string) => verifyAudit(world.admin, { orgId: world.orgId, expectHead });

    async function act(name: string): Promise<void> {
      const { key } = await createKey(world.admin, { orgId: world.orgId, name });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
    }

    test("says who did what from where, with before and after, and never the key itself", async () => {
      const caller = { requestId: "req_1", address: "203.0.113.7" };
      const admin = withActor(world.system, world.admin.actor, caller);
      const { key, value } = await createKey(admin, { orgId: world.orgId, name: "ci" });
      await revokeKey(admin, { orgId: world.orgId, keyId: key.id });
      const { data } = await listAudit(admin, { orgId: world.orgId });
      expect(data[0]).toMatchObject({
        action: "key.revoke",
        ...{ actorKind: "key", actorId: "key_admin", actorName: "admin", address: "203.0.113.7" },
        ...{ requestId: "req_1", targetKind: "key", targetId: key.id, targetName: "ci" },
      });
      expect(data[0]?.before).toEqual({});
      expect(Object.keys(data[0]?.after ?? {})).toEqual(["revokedAt"]);
      expect(data[1]).toMatchObject({ action: "key.create", before: undefined, after: { name: "ci" } });
      expect(JSON.stringify(data)).not.toContain(value.reveal());
    });

    test("pages from the newest on, and filters", async () => {
      for (const name of ["a", "b", "c"]) await act(name);
      const first = await listAudit(world.admin, { orgId: world.orgId, limit: 2 });
      expect(first.data.map((each) => each.targetName)).toEqual(["c", "c"]);
      const second = await listAudit(world.admin, { orgId: world.orgId, limit: 2, cursor: first.nextCursor });
      expect(second.data.map((each) => each.targetName)).toEqual(["b", "b"]);
      const revoked = await listAudit(world.admin, { orgId: world.orgId, action: "key.revoke" });
      expect(revoked.data.map((each) => each.targetName)).toEqual(["c", "b", "a"]);
    });

    test("an act that is refused leaves no trace, one that fails in the middle neither", async () => {
      const before = await verify();
      await expect(createKey(world.admin, { orgId: world.orgId, name: "" })).rejects.toThrow();
      await expect(
        world.storage.change(async (writes) => {
          const target = { kind: "test", id: undefined, name: "x" };
          await recordAct(world.admin, writes, { orgId: world.orgId, action: "test.act", target });
          throw new Error("crash");
        }),
      ).rejects.toThrow("crash");
      expect(await verify()).toEqual(before);
    });

    test("a whole chain verifies, and holds the head of an earlier verification", async () => {
      await act("a");
      const { head } = await verify();
      await act("b");
      expect(await verify(head)).toMatchObject({
        intact: true,
        expectedHeadFound: true,
        brokenAt: undefined,
      });
    });

    test.each(["altered", "removed", "cut off"])("an act that was %s is found", async (how) => {
      await act("a");
      await act("b");
      const { head, events } = await verify();
      const [last, before] = (await listAudit(world.admin, { orgId: world.orgId })).data;
      if (last === undefined || before === undefined) throw new Error("no acts");
      if (how === "altered")
        await world.place.sql(`update audit_events set actor_name = 'x' where id = '${before.id}'`);
      else
        await world.place.sql(
          `delete from audit_events where id = '${how === "removed" ? before.id : last.id}'`,
        );
      const result = await verify(head);
      expect(result.intact).toBe(false);
      if (how === "cut off") expect(result).toMatchObject({ expectedHeadFound: false, events: events - 1 });
      else expect(result.brokenAt?.seq).toBe(how === "altered" ? before.seq : last.seq);
    });

    test("another org's log does not exist", async () => {
      await expect(listAudit(world.admin, { orgId: "org_other" })).rejects.toMatchObject({
        code: "not_found",
      });
    });
  });
}
