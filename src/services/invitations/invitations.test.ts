import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { actingAs, addMember, password, stranger, withCookies } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { type Role, roles } from "../members/role.ts";
import { foundOrg } from "../orgs/found.ts";
import type { ServiceContext } from "../service-context.ts";
import { readSession } from "../sessions/read-session.ts";
import { signIn } from "../sessions/sign-in.ts";
import { acceptInvitation } from "./accept.ts";
import { type CreatedInvitation, createInvitation } from "./create.ts";
import { listInvitations } from "./list.ts";
import { previewInvitation } from "./preview.ts";
import { revokeInvitation } from "./revoke.ts";

const email = "new@example.com";
const account = { name: "Nora New", password };

for (const engine of engines) {
  describe(`invitations on ${engine}`, () => {
    let world: ServiceWorld;
    let ctx: ServiceContext;
    let orgId: string;
    let owner: ServiceContext;
    beforeEach(async () => {
      world = await createWorld(engine);
      ctx = world.system;
      orgId = world.orgId;
      const id = await addMember(ctx, { orgId, email: "owner@example.com", role: "owner" });
      owner = actingAs(ctx, { id, orgId, role: "owner" });
    }, 60_000);
    afterEach(() => world.close());

    const invite = (role: Role = "member") =>
      createInvitation(owner, { orgId, email: ` ${email.toUpperCase()} `, role });
    const tokenOf = ({ url }: CreatedInvitation) => new URL(url.reveal()).searchParams.get("token") ?? "";
    const accept = (token: string, more: Partial<Parameters<typeof acceptInvitation>[1]> = {}) =>
      acceptInvitation(ctx, { token, account, client: stranger, ...more });

    test("the link makes an account with the invited role, once, and signs in", async () => {
      const made = await invite();
      expect(made.invitation).toMatchObject({
        email,
        role: "member",
        state: "open",
        invitedBy: "owner@example.com",
      });
      expect(made.url.reveal()).toStartWith("http://penstock.test/invite?token=");
      expect(await previewInvitation(ctx, { token: tokenOf(made) })).toMatchObject({
        email,
        orgName: "acme",
      });
      const { session, cookies } = await accept(tokenOf(made));
      expect(session).toMatchObject({ user: { email }, memberships: [{ orgId, role: "member" }] });
      expect((await readSession(ctx, withCookies(cookies)))?.session.id).toBe(session.id);
      await expect(accept(tokenOf(made))).rejects.toMatchObject({ code: "link_invalid" });
      expect((await listInvitations(owner, { orgId })).data).toEqual([]);
      expect((await listInvitations(owner, { orgId, closed: true })).data).toMatchObject([
        { state: "accepted" },
      ]);
    });

    test("the token is nowhere but in the link", async () => {
      const made = await invite();
      const token = tokenOf(made);
      const stored = await world.storage.reads.invitations.page({
        orgId,
        limit: 9,
        after: undefined,
        closed: true,
      });
      const acts = await world.storage.reads.audit.page({ orgId, limit: 9, before: undefined });
      expect(JSON.stringify([stored, acts, made])).not.toContain(token);
    });

    test("of two who use a link at once, one gets in", async () => {
      const token = tokenOf(await invite());
      const both = await Promise.allSettled([accept(token), accept(token)]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await world.storage.reads.members.count({ orgId })).toBe(2);
    });

    test("a revoked, an expired and a wrong link are refused alike", async () => {
      const made = await invite();
      await revokeInvitation(owner, { orgId, invitationId: made.invitation.id });
      await expect(accept(tokenOf(made))).rejects.toMatchObject({ code: "link_invalid" });
      const second = await invite();
      world.clock.now = second.invitation.expiresAt;
      await expect(accept(tokenOf(second))).rejects.toMatchObject({ code: "link_invalid" });
      await expect(accept("wrong")).rejects.toMatchObject({ code: "link_invalid" });
      expect(tokenOf(await invite())).toHaveLength(43);
    });

    test("one who has an account joins by it, and only by the one that was invited", async () => {
      const other = await foundOrg(ctx, { name: "other", ownerEmail: email });
      const token = tokenOf(other.invitation ?? (await invite()));
      await addMember(ctx, { orgId, email, role: "viewer" });
      await expect(accept(token)).rejects.toMatchObject({ code: "conflict" });
      await expect(accept(token, { account: undefined })).rejects.toMatchObject({ code: "session_missing" });
      const enter = async (who: string) =>
        withCookies((await signIn(ctx, { email: who, password, client: stranger })).cookies);
      const wrong = accept(token, { account: undefined, client: await enter("owner@example.com") });
      await expect(wrong).rejects.toMatchObject({ code: "account_refused" });
      const { session } = await accept(token, { account: undefined, client: await enter(email) });
      expect(session.memberships.map(({ orgName, role }) => [orgName, role])).toEqual([
        ["acme", "viewer"],
        ["other", "owner"],
      ]);
    });

    test("a second invitation needs the first one revoked; a member is not invited", async () => {
      await invite();
      await expect(invite()).rejects.toMatchObject({ code: "conflict" });
      const again = createInvitation(owner, { orgId, email: "owner@example.com", role: "viewer" });
      await expect(again).rejects.toMatchObject({ code: "conflict" });
    });

    test("who may invite whom", async () => {
      for (const actor of roles) {
        for (const role of roles) {
          const as = actingAs(ctx, { id: "user_x", orgId, role: actor });
          const allowed =
            actor === "owner" || (actor === "admin" && (role === "member" || role === "viewer"));
          const outcome = await createInvitation(as, {
            orgId,
            email: `${actor}-${role}@example.com`,
            role,
          }).then(
            () => "done",
            ({ code }: { code: string }) => code,
          );
          expect([actor, role, outcome]).toEqual([actor, role, allowed ? "done" : "role_missing"]);
        }
      }
    });
  });
}
