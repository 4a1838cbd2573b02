import { completeSetup } from "../src/services/bootstrap/complete-setup.ts";
import { setupTokenDigest } from "../src/services/bootstrap/verify-setup-token.ts";
import type { Client } from "../src/services/identity/client.ts";
import type { Role } from "../src/services/members/role.ts";
import { type ServiceContext, withActor } from "../src/services/service-context.ts";
import type { SignedIn } from "../src/services/sessions/session-view.ts";
import { createUser, hashNewPassword } from "../src/services/users/create.ts";

export const password = "correct horse battery";

/** Somebody at a browser that has no cookie yet. */
export const stranger: Client = { cookie: undefined, userAgent: "test", address: "203.0.113.7" };

/** The same browser with the cookies that an answer left. */
export function withCookies(cookies: readonly string[], client: Client = stranger): Client {
  return { ...client, cookie: cookies.map((each) => each.split(";", 1)[0]).join("; ") };
}

/** Makes the owner and operator, as the first start's link does. */
export async function setUpOwner(ctx: ServiceContext, email = "owner@example.com"): Promise<SignedIn> {
  const token = "setup-token-of-a-test";
  await ctx.storage.change((writes) =>
    writes.instance.set("setup_token_digest", setupTokenDigest(ctx, token)),
  );
  return completeSetup(ctx, { token, email, name: "Olive Owner", password, client: stranger });
}

let hash: Promise<string> | undefined;

/** An account with `password` in an org; returns the user's id. */
export async function addMember(
  ctx: ServiceContext,
  member: { readonly orgId: string; readonly email: string; readonly role: Role },
): Promise<string> {
  const { orgId, email, role } = member;
  hash ??= hashNewPassword(ctx, password);
  const passwordHash = await hash;
  return ctx.storage.change(async (writes) => {
    const userId = await createUser(ctx, writes, { email, name: email, emailVerified: false, passwordHash });
    await writes.members.insert({ orgId, userId, role, at: ctx.now() });
    return userId;
  });
}

/** The services on behalf of a person. */
export function actingAs(
  ctx: ServiceContext,
  person: { readonly id: string; readonly orgId: string; readonly role: Role; readonly operator?: boolean },
): ServiceContext {
  return withActor(ctx, { kind: "user", name: `${person.role}@example.com`, operator: false, ...person });
}
