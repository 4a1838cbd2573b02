import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { addMember, password, stranger, withCookies } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createInvitation } from "../invitations/create.ts";
import { createPasswordReset } from "../password-resets/create.ts";
import type { ServiceContext } from "../service-context.ts";
import { readSession } from "../sessions/read-session.ts";
import { signIn } from "../sessions/sign-in.ts";
import { countAttempt } from "../sessions/throttle.ts";
import { startHousekeeping } from "./housekeeping.ts";

const day = 86_400_000;

for (const engine of engines) {
  describe(`housekeeping on ${engine}`, () => {
    let world: ServiceWorld;
    let ctx: ServiceContext;
    beforeEach(async () => {
      world = await createWorld(engine);
      ctx = world.system;
      // The identity library goes by the machine's clock.
      world.clock.now = Date.now();
    }, 60_000);
    afterEach(() => world.close());

    const count = async (table: string) =>
      Number((await world.place.query(`select count(*) as n from ${table}`))[0]?.n);
    const tables = ["auth_sessions", "auth_verifications", "password_resets", "oauth_flows"];
    const counts = async () => {
      const all = [...tables, "request_contents", "idempotency_keys", "throttles", "invitations"].map(
        async (table) => [table, await count(table)] as const,
      );
      return Object.fromEntries(await Promise.all(all));
    };
    const pass = async () => {
      const housekeeping = startHousekeeping(ctx);
      const removed = await housekeeping.pass();
      await housekeeping.close();
      return removed;
    };

    test("what is over goes, each in its time, and nothing before", async () => {
      const { orgId } = world;
      const userId = await addMember(ctx, { orgId, email: "ann@example.com", role: "member" });
      const { cookies } = await signIn(ctx, { email: "ann@example.com", password, client: stranger });
      await countAttempt(ctx, { address: "198.51.100.1" });
      await createPasswordReset(ctx, { orgId, userId });
      await createInvitation(ctx, { orgId, email: "new@example.com", role: "viewer" });
      const at = world.clock.now;
      const soon = new Date(at + 600_000).toISOString();
      await world.place.query(
        `insert into auth_verifications (id, created_at, updated_at, identifier, value, expires_at)
         values ('v', '${soon}', '${soon}', 'i', 'v', '${soon}')`,
      );
      await ctx.storage.change((writes) =>
        writes.flows.insert({
          ...{ id: "f", orgId, userId, stateDigest: "d", sealed: "s", expiresAt: at + 600_000 },
        }),
      );
      await ctx.storage.reads.idempotency.claim(
        {
          ...{ id: "k", orgId, requestDigest: "d", claimedBy: "c" },
          ...{ claimedUntil: at + 1, expiresAt: at + day },
        },
        at,
      );
      await ctx.storage.contents.insert([
        {
          ...{ requestId: "req_1", orgId, at, expiresAt: at + day },
          ...{ request: "hello", response: undefined, truncated: false },
        },
      ]);
      const before = await counts();
      expect(await pass()).toBe(0);
      expect(await counts()).toEqual(before);

      world.clock.now = at + day / 12;
      await pass();
      const gone = { auth_verifications: 0, password_resets: 0, oauth_flows: 0, throttles: 0 };
      expect(await counts()).toEqual({ ...before, ...gone });
      expect(await readSession(ctx, withCookies(cookies))).toBeDefined();

      world.clock.now = at + 8 * day;
      await pass();
      const left = { ...before, ...gone, idempotency_keys: 0, request_contents: 0, auth_sessions: 0 };
      expect(await counts()).toEqual(left);
      world.clock.now = at + 38 * day;
      await pass();
      expect(await counts()).toEqual({ ...left, invitations: 0 });
    });

    test("much goes in slices, all of it", async () => {
      const values = Array.from({ length: 450 }, (_, at) => `('k${at}', 1, ${at})`).join();
      await world.place.query(`insert into throttles (key, count, started_at) values ${values}`);
      expect(await pass()).toBe(450);
      expect(await count("throttles")).toBe(0);
    });

    test("a pass that is under way when the server stops ends after its slice", async () => {
      const values = Array.from({ length: 450 }, (_, at) => `('k${at}', 1, ${at})`).join();
      await world.place.query(`insert into throttles (key, count, started_at) values ${values}`);
      const housekeeping = startHousekeeping(ctx);
      const passing = housekeeping.pass();
      await housekeeping.close();
      expect(await passing).toBe(200);
    });
  });
}
