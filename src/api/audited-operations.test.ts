import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { auditedOperations, exemptOperations } from "../../testkit/audited-operations.ts";
import { type AuditedWorld, startAuditedWorld } from "../../testkit/audited-world.ts";

/** Who may have acted, by whose act it is. */
const actors = { key: ["key"], user: ["user"], newcomer: ["user", "system"], file: ["file", "key"] };

/** Every operation of the contract that may change something leaves an act of the one who asked for it. */
describe("the audit log of the whole API", () => {
  let world: AuditedWorld;
  beforeAll(async () => {
    world = await startAuditedWorld();
  });
  afterAll(() => world.stop());

  test("covers every operation of the contract; a new one gets a row in testkit/audited-operations.ts", async () => {
    const covered = [...auditedOperations, ...exemptOperations].map(({ operation }) => operation);
    expect(covered.toSorted()).toEqual((await world.mutatingOperations()).toSorted());
  });

  for (const { operation, action, by, run } of auditedOperations) {
    test(`${operation} is ${action}, by ${by}`, async () => {
      const answer = await run(world);
      expect(answer.status, answer.text).toBeLessThan(300);
      const acts = await world.actsOf(answer);
      expect(acts.map((act) => act.action)).toContain(action);
      for (const act of acts) {
        expect(actors[by]).toContain(act.actorKind);
        expect(act.address).toBe("203.0.113.7");
      }
    });
  }

  for (const { operation, because, run } of exemptOperations) {
    if (run === undefined) continue;
    test(`${operation} leaves no act: ${because}`, async () => {
      const before = await world.count();
      const answer = await run(world);
      expect(answer.status, answer.text).toBeLessThan(300);
      expect(await world.count()).toBe(before);
    });
  }

  test("a call that is refused leaves no act, and all chains are whole at the end", async () => {
    const before = await world.count();
    for (const answer of [
      await world.key("POST", "/keys", { name: "" }),
      await world.key("PATCH", "/keys/key_none", { strict: true }),
      await world.key("DELETE", "/providers/prov_none"),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    expect(await world.count()).toBe(before);
    for (const path of ["/audit/verify", "/audit/verify?instance=true"]) {
      const { status, body } = await world.user("GET", path);
      expect({ status, body }).toMatchObject({ status: 200, body: { intact: true } });
    }
  });
});
