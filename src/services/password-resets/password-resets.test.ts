import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { addConnection } from "../../../testkit/connection.ts";
import { actingAs, addMember, password, stranger, withCookies } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createKey } from "../keys/create.ts";
import { revokeKey } from "../keys/revoke.ts";
import { changeRole } from "../members/change-role.ts";
import { removeMember } from "../members/remove.ts";
import type { Role } from "../members/role.ts";
import { createOrg } from "../orgs/create.ts";
import { type ServiceContext, withActor } from "../service-context.ts";
import { readSession } from "../sessions/read-session.ts";
import { signIn } from "../sessions/sign-in.ts";
import { changePassword } from "../users/change-password.ts";
import { createUser } from "../users/create.ts";
import { completePasswordReset } from "./complete.ts";
import { type CreatedPasswordReset, createPasswordReset } from "./create.ts";
import { previewPasswordReset } from "./preview.ts";

const newPassword = "a brand new password";
const invalid = { code: "link_invalid" };

for (const engine of engines) {
  describe(`forgotten passwords on ${engine}`, () => {
    let world: ServiceWorld;
    let ctx: ServiceContext;
    let orgId: string;
    let ids: Record<Role, string>;
    beforeEach(async () => {
      world = await createWorld(engine);
      ctx = world.system;
      orgId = world.orgId;
      ids = {
        owner: await add("owner"),
        admin: await add("admin"),
        member: await add("member"),
        viewer: await add("viewer"),
      };
    }, 60_000);
    afterEach(() => world.close());

    const add = (role: Role, email = `${role}@example.com`) => addMember(ctx, { orgId, email, role });
    const as = (role: Role, more: { operator?: boolean; id?: string } = {}) =>
      actingAs(ctx, { id: ids[role], orgId, role, ...more });
    const keyWith = (...scopes: ("admin" | "operator")[]) =>
      withActor(ctx, { kind: "key", id: "key_x", name: "x", orgId, scopes });
    const reset = (acting: ServiceContext, userId: string) => createPasswordReset(acting, { orgId, userId });
    const tokenOf = ({ url }: CreatedPasswordReset) => new URL(url.reveal()).searchParams.get("token") ?? "";
    const use = (token: string) => completePasswordReset(ctx, { token, newPassword, client: stranger });
    const enter = (email: string, secret: string) =>
      signIn(ctx, { email, password: secret, client: stranger });
    const outcome = (made: Promise<unknown>) =>
      made.then(
        () => "made",
        ({ code }) => code,
      );

    test("the link sets the password once and ends all sessions", async () => {
      const { cookies } = await enter("member@example.com", password);
      const made = await reset(as("admin"), ids.member);
      expect(made.email).toBe("member@example.com");
      expect(made.url.reveal()).toStartWith("http://penstock.test/password-reset?token=");
      const token = tokenOf(made);
      expect(await previewPasswordReset(ctx, { token })).toEqual({
        email: "member@example.com",
        expiresAt: made.expiresAt,
      });
      expect(await readSession(ctx, withCookies(cookies))).toBeDefined();
      expect(await use(token)).toEqual({ email: "member@example.com" });
      expect(await readSession(ctx, withCookies(cookies))).toBeUndefined();
      await expect(enter("member@example.com", password)).rejects.toMatchObject({ code: "sign_in_failed" });
      expect((await enter("member@example.com", newPassword)).session.user.id).toBe(ids.member);
      await expect(use(token)).rejects.toMatchObject(invalid);
    });

    test("whoever uses a link gets hold of none of the account's connections", async () => {
      const other = await createOrg(ctx, { name: "other" });
      await ctx.storage.change((writes) =>
        writes.members.insert({ orgId: other.id, userId: ids.member, role: "member", at: 1 }),
      );
      const find = async (place: string, userId: string, id: string) =>
        (await ctx.storage.reads.connections.find({ orgId: place, userId, id })) !== undefined;
      const [here, there, another] = [
        await addConnection(ctx, { orgId, userId: ids.member }),
        await addConnection(ctx, { orgId: other.id, userId: ids.member }),
        await addConnection(ctx, { orgId, userId: ids.owner }),
      ];
      const token = tokenOf(await reset(ctx, ids.member));
      expect(await find(orgId, ids.member, here)).toBe(true);
      await use(token);
      expect(await find(orgId, ids.member, here)).toBe(false);
      expect(await find(other.id, ids.member, there)).toBe(false);
      expect(await find(orgId, ids.owner, another)).toBe(true);
    });

    test("of two who use a link at once, one gets in", async () => {
      const token = tokenOf(await reset(as("admin"), ids.member));
      const both = await Promise.allSettled([use(token), use(token)]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    test("an expired, a replaced and a wrong link are refused alike, and so is one of somebody who knows the password", async () => {
      const refusals: unknown[] = [];
      const refuse = async (token: string) => {
        await expect(previewPasswordReset(ctx, { token })).rejects.toMatchObject(invalid);
        await use(token).catch(({ code, message }) => refusals.push([code, message]));
      };
      const replaced = tokenOf(await reset(as("admin"), ids.member));
      const second = await reset(as("admin"), ids.member);
      await refuse(replaced);
      await refuse("wrong");
      world.clock.now = second.expiresAt;
      await refuse(tokenOf(second));
      const third = tokenOf(await reset(as("admin"), ids.member));
      const { cookies } = await enter("member@example.com", password);
      const input = { currentPassword: password, newPassword, client: withCookies(cookies) };
      await changePassword(ctx, input);
      await refuse(third);
      expect(refusals).toHaveLength(4);
      expect(new Set(refusals.map((each) => JSON.stringify(each))).size).toBe(1);
    });

    test("a password that is too short leaves the link good", async () => {
      const token = tokenOf(await reset(as("admin"), ids.member));
      const short = completePasswordReset(ctx, { token, newPassword: "short", client: stranger });
      await expect(short).rejects.toMatchObject({ code: "unprocessable" });
      await use(token);
    });

    test("admins make links for members and viewers, owners for all but themselves", async () => {
      const table: Record<string, string[]> = {};
      for (const [who, acting] of [
        ["viewer", as("viewer")],
        ["member", as("member")],
        ["admin", as("admin")],
        ["admin key", keyWith("admin")],
        ["owner", as("owner")],
        ["operator key", keyWith("admin", "operator")],
      ] as const) {
        const roles = ["viewer", "member", "admin", "owner"] as const;
        table[who] = [];
        for (const role of roles) table[who].push(await outcome(reset(acting, ids[role])));
      }
      const none = new Array(4).fill("role_missing");
      expect(table).toEqual({
        viewer: none,
        member: none,
        admin: ["made", "made", "conflict", "role_missing"],
        "admin key": ["made", "made", "role_missing", "role_missing"],
        owner: ["made", "made", "made", "conflict"],
        "operator key": ["made", "made", "made", "made"],
      });
    });

    test("only operators make links for accounts with rights in another organization or over the instance", async () => {
      const other = await createOrg(ctx, { name: "other" });
      await ctx.storage.change(async (writes) => {
        await writes.members.insert({ orgId: other.id, userId: ids.member, role: "viewer", at: 1 });
        await writes.members.makeOperator({ userId: ids.viewer, at: 1 });
      });
      for (const userId of [ids.member, ids.viewer]) {
        expect(await outcome(reset(as("admin"), userId))).toBe("role_missing");
        expect(await outcome(reset(as("owner"), userId))).toBe("role_missing");
        expect(await outcome(reset(keyWith("admin"), userId))).toBe("key_scope");
        expect(await outcome(reset(as("owner", { operator: true }), userId))).toBe("made");
      }
      const strangerId = await addMember(ctx, { orgId: other.id, email: "far@example.com", role: "viewer" });
      expect(await outcome(reset(keyWith("admin", "operator"), strangerId))).toBe("not_found");
    });

    test("an account that signs in by OIDC alone gets a password from operators only", async () => {
      const userId = await ctx.storage.change(async (writes) => {
        const id = await createUser(ctx, writes, {
          email: "sso@example.com",
          name: "S",
          emailVerified: true,
        });
        await writes.members.insert({ orgId, userId: id, role: "viewer", at: 1 });
        return id;
      });
      expect(await outcome(reset(as("owner"), userId))).toBe("conflict");
      await use(tokenOf(await reset(ctx, userId)));
      expect((await enter("sso@example.com", newPassword)).session.user.id).toBe(userId);
    });

    test("a link ends with the rights it was made by, and when its account gets rights beyond them", async () => {
      const second = await add("admin", "second@example.com");
      const made = async (acting: ServiceContext, userId: string) => tokenOf(await reset(acting, userId));
      const byRemoved = await made(as("admin", { id: second }), ids.viewer);
      await removeMember(as("owner"), { orgId, userId: second });
      await expect(use(byRemoved)).rejects.toMatchObject(invalid);

      const { key } = await createKey(ctx, { orgId, name: "helper", scopes: ["admin"] });
      const helper = withActor(ctx, { kind: "key", id: key.id, name: "helper", orgId, scopes: ["admin"] });
      const byKey = await made(helper, ids.viewer);
      expect(await previewPasswordReset(ctx, { token: byKey })).toMatchObject({
        email: "viewer@example.com",
      });
      await revokeKey(ctx, { orgId, keyId: key.id });
      await expect(use(byKey)).rejects.toMatchObject(invalid);

      const promoted = await made(as("admin"), ids.member);
      await changeRole(as("owner"), { orgId, userId: ids.member, role: "owner" });
      await expect(use(promoted)).rejects.toMatchObject(invalid);

      const gone = await made(as("admin"), ids.viewer);
      const other = await createOrg(ctx, { name: "other" });
      await ctx.storage.change((writes) =>
        writes.members.insert({ orgId: other.id, userId: ids.viewer, role: "owner", at: 1 }),
      );
      await expect(use(gone)).rejects.toMatchObject(invalid);
      await enter("viewer@example.com", password);
    });

    test("both acts are in the audit log, the token nowhere but in the link", async () => {
      const made = await reset(as("admin"), ids.member);
      const token = tokenOf(made);
      const stored = await ctx.storage.reads.auth.selectFrom("password_resets").selectAll().execute();
      expect(stored).toHaveLength(1);
      await use(token);
      const page = (chain: string) =>
        ctx.storage.reads.audit.page({ orgId: chain, limit: 9, before: undefined });
      const [own, instance] = [await page(orgId), await page("")];
      expect(own[0]).toMatchObject({
        action: "password_reset.create",
        ...{ targetId: ids.member, actorId: ids.admin, actorKind: "user" },
      });
      expect(instance[0]).toMatchObject({ action: "user.reset_password", actorId: ids.member });
      expect(JSON.stringify([stored, own, instance, made, world.logged])).not.toContain(token);
    });

    test("who tries many tokens is throttled", async () => {
      const codes = new Set<unknown>();
      for (let at = 0; at < 31; at++) codes.add(await outcome(use(`guess ${at}`)));
      expect([...codes]).toEqual(["link_invalid", "sign_in_throttled"]);
    });
  });
}
