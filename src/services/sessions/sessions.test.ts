import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { password, setUpOwner, stranger, withCookies } from "../../../testkit/people.ts";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { completeSetup } from "../bootstrap/complete-setup.ts";
import { setupTokenDigest } from "../bootstrap/verify-setup-token.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";
import { changePassword } from "../users/change-password.ts";
import { listSessions } from "./list.ts";
import { readSession } from "./read-session.ts";
import { revokeOtherSessions, revokeSession } from "./revoke.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { countAttempt } from "./throttle.ts";

/** As the identity library signs its cookies: HMAC-SHA-256, base64. */
function sign(text: string, secret: string): string {
  return new Bun.CryptoHasher("sha256", secret).update(text).digest("base64");
}

const email = "owner@example.com";
const other = "another long password";

for (const engine of engines) {
  describe(`sessions on ${engine}`, () => {
    let world: ServiceWorld;
    let ctx: ServiceContext;
    beforeEach(async () => {
      world = await createWorld(engine);
      ctx = world.system;
      await setUpOwner(ctx, email);
    }, 60_000);
    afterEach(() => world.close());

    const enter = async (client = stranger) => {
      const { cookies, session } = await signIn(ctx, { email, password, client });
      return { client: withCookies(cookies, client), id: session.id };
    };

    test("the setup link makes the owner and operator, signed in, once", async () => {
      const again = completeSetup(ctx, {
        token: "setup-token-of-a-test",
        email: "second@example.com",
        name: "Second",
        password,
        client: stranger,
      });
      await expect(again).rejects.toMatchObject({ code: "link_invalid" });
      const { client } = await enter();
      expect((await readSession(ctx, client))?.session).toMatchObject({
        user: { email, name: "Olive Owner", operator: true },
        memberships: [{ orgId: world.orgId, orgName: "acme", role: "owner" }],
      });
    });

    test("of two who use the setup link at once, one gets it", async () => {
      const fresh = await createWorld(engine);
      try {
        const token = "one-link";
        await fresh.storage.change((writes) =>
          writes.instance.set("setup_token_digest", setupTokenDigest(fresh.system, token)),
        );
        const both = await Promise.allSettled(
          ["a@example.com", "b@example.com"].map((each) =>
            completeSetup(fresh.system, { token, email: each, name: each, password, client: stranger }),
          ),
        );
        expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        expect(await fresh.storage.reads.members.count({ orgId: fresh.orgId })).toBe(1);
      } finally {
        await fresh.close();
      }
    }, 60_000);

    test("an email address is the same without case; a wrong password and an unknown address fail alike", async () => {
      const { session } = await signIn(ctx, { email: " OWNER@Example.com ", password, client: stranger });
      expect(session.user.email).toBe(email);
      const fail = (input: { email: string; password: string }) =>
        signIn(ctx, { ...input, client: stranger }).then(
          () => undefined,
          ({ code, message }: { code: string; message: string }) => ({ code, message }),
        );
      const wrong = await fail({ email, password: other });
      expect(wrong?.code).toBe("sign_in_failed");
      expect(await fail({ email: "nobody@example.com", password })).toEqual(wrong);
      expect(await fail({ email: "not an address", password })).toEqual(wrong);
      expect(await fail({ email, password: "" })).toEqual(wrong);
    });

    test("an unknown address takes as long as a wrong password", async () => {
      const took = async (input: { email: string; password: string }) => {
        const started = performance.now();
        await signIn(ctx, { ...input, client: stranger }).catch(() => {});
        return performance.now() - started;
      };
      const times = { unknown: [] as number[], wrong: [] as number[] };
      for (let round = 0; round < 5; round++) {
        times.wrong.push(await took({ email, password: other }));
        times.unknown.push(await took({ email: `nobody${round}@example.com`, password: other }));
      }
      const fastest = { unknown: Math.min(...times.unknown), wrong: Math.min(...times.wrong) };
      // A look-up alone takes a millisecond, a hash thirty: without the hash it would be a tenth.
      expect(fastest.unknown).toBeGreaterThan(fastest.wrong / 2);
      expect(fastest.wrong).toBeGreaterThan(fastest.unknown / 2);
    });

    test("a forged, an altered and an ended session are none", async () => {
      const { client } = await enter();
      const token = client.cookie ?? "";
      const name = token.slice(0, token.indexOf("="));
      expect(await readSession(ctx, stranger)).toBeUndefined();
      expect(await readSession(ctx, { ...stranger, cookie: `${name}=abc` })).toBeUndefined();
      expect(await readSession(ctx, { ...stranger, cookie: `${token.slice(0, -4)}AAA%3D` })).toBeUndefined();
      expect(await readSession(ctx, client)).toBeDefined();
      const [cleared] = await signOut(ctx, client);
      expect(cleared).toContain("Max-Age=0");
      expect(await readSession(ctx, client)).toBeUndefined();
      await expect(signOut(ctx, client)).rejects.toMatchObject({ code: "session_missing" });
    });

    test("a token is nowhere in the database, and what stands there in its place is no session", async () => {
      const { client } = await enter();
      const [name = "", value = ""] = client.cookie?.split("=") ?? [];
      const token = decodeURIComponent(value).split(".")[0] ?? "";
      expect(token.length).toBeGreaterThan(20);
      const rows = await world.place.query("select * from auth_sessions");
      expect(JSON.stringify(rows)).not.toContain(token);
      const { secret } = await (await useAuth(ctx)).$context;
      const forge = (stored: string) => {
        const cookie = `${name}=${encodeURIComponent(`${stored}.${sign(stored, secret)}`)}`;
        return { ...stranger, cookie };
      };
      // The forgery is right but for the token.
      expect(await readSession(ctx, forge(token))).toBeDefined();
      for (const { token: stored } of rows)
        expect(await readSession(ctx, forge(String(stored)))).toBeUndefined();
    });

    test("a session that is a day old is prolonged under the same token", async () => {
      const { client, id } = await enter();
      const yesterday = new Date(Date.now() + 5.5 * 86_400_000).toISOString();
      await world.place.query(`update auth_sessions set expires_at = '${yesterday}' where id = '${id}'`);
      const found = await readSession(ctx, client);
      expect(found?.session.expiresAt).toBeGreaterThan(Date.parse(yesterday));
      expect((await readSession(ctx, withCookies(found?.cookies ?? [])))?.session.id).toBe(id);
    });

    test("one's own sessions are listed without their tokens and revoked one by one or all others", async () => {
      const first = await enter();
      const second = await enter({ ...stranger, userAgent: "phone", address: "198.51.100.2" });
      const list = await listSessions(ctx, second.client);
      expect(list).toHaveLength(3);
      expect(list.filter(({ current }) => current)).toMatchObject([
        { id: second.id, userAgent: "phone", address: "198.51.100.2" },
      ]);
      const value = decodeURIComponent((second.client.cookie ?? "").split("=")[1] ?? "").split(".")[0] ?? "";
      expect(value.length).toBeGreaterThan(20);
      expect(JSON.stringify(list)).not.toContain(value);
      await revokeSession(ctx, { client: second.client, sessionId: first.id });
      expect(await readSession(ctx, first.client)).toBeUndefined();
      const third = await enter();
      await revokeOtherSessions(ctx, second.client);
      expect(await readSession(ctx, third.client)).toBeUndefined();
      expect(await readSession(ctx, second.client)).toBeDefined();
      const gone = revokeSession(ctx, { client: second.client, sessionId: third.id });
      await expect(gone).rejects.toMatchObject({ code: "not_found" });
    });

    test("a changed password ends every other session and renews the one that changed it", async () => {
      const [one, two] = [await enter(), await enter()];
      const wrong = changePassword(ctx, { currentPassword: other, newPassword: other, client: one.client });
      await expect(wrong).rejects.toMatchObject({ code: "sign_in_failed" });
      const short = changePassword(ctx, {
        currentPassword: password,
        newPassword: "short",
        client: one.client,
      });
      await expect(short).rejects.toMatchObject({
        code: "unprocessable",
        problems: [{ path: "/new_password" }],
      });
      const { cookies } = await changePassword(ctx, {
        currentPassword: password,
        newPassword: other,
        client: one.client,
      });
      for (const { client } of [one, two]) expect(await readSession(ctx, client)).toBeUndefined();
      expect(await readSession(ctx, withCookies(cookies))).toBeDefined();
      await expect(enter()).rejects.toMatchObject({ code: "sign_in_failed" });
      expect((await signIn(ctx, { email, password: other, client: stranger })).session.user.email).toBe(
        email,
      );
    });

    test("after ten attempts an account waits, known or not, whatever the address; the right password clears it", async () => {
      for (const account of [email, "nobody@example.com"]) {
        for (let at = 0; at < 10; at++)
          await countAttempt(ctx, { email: account, address: `198.51.100.${at}` });
        const late = signIn(ctx, { email: account, password, client: stranger });
        await expect(late).rejects.toMatchObject({
          code: "sign_in_throttled",
          retryAfterMs: expect.any(Number),
        });
      }
      world.clock.now += 15 * 60_000;
      await enter();
      for (let at = 0; at < 9; at++) await countAttempt(ctx, { email, address: undefined });
      await enter();
      await countAttempt(ctx, { email, address: undefined });
      await enter();
    }, 20_000);

    test("one address, and one IPv6 network, may try thirty times in five minutes", async () => {
      for (let at = 0; at < 30; at++) {
        await countAttempt(ctx, {
          address: `2001:db8:1:2:${at.toString(16)}::1`,
          email: `n${at}@example.com`,
        });
      }
      const from = (address: string) => enter({ ...stranger, address });
      await expect(from("2001:db8:1:2::99")).rejects.toMatchObject({ code: "sign_in_throttled" });
      await from("2001:db8:1:3::1");
      world.clock.now += 5 * 60_000;
      await from("2001:db8:1:2::99");
    }, 20_000);

    test("attempts at the same moment are all counted", async () => {
      const both = await Promise.allSettled(
        Array.from({ length: 25 }, () =>
          countAttempt(ctx, { email: "busy@example.com", address: undefined }),
        ),
      );
      expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    });

    test("acts are in the instance's audit chain, without passwords and tokens", async () => {
      const { client } = await enter();
      await signOut(ctx, client);
      const rows = await world.storage.reads.audit.chain({ orgId: "", after: 0, limit: 100 });
      expect(rows.map(({ action }) => action)).toEqual([
        ...["user.create", "session.create", "session.create", "session.end"],
      ]);
      expect(rows.at(-1)).toMatchObject({ actorKind: "user", actorName: email });
      const text = JSON.stringify(rows);
      expect(text).not.toContain(password);
      expect(text).not.toContain("setup-token-of-a-test");
    });
  });
}
