import { PenstockError } from "../../../errors/penstock-error.ts";
import type { Writes } from "../../../storage/repositories/writes.ts";
import { recordAct } from "../../audit/record-act.ts";
import { removeAllConnections } from "../../connections/remove-user-connections.ts";
import { useAuth } from "../../identity/use-auth.ts";
import { stateOf } from "../../invitations/invitation-view.ts";
import { join } from "../../invitations/join.ts";
import type { ServiceContext } from "../../service-context.ts";
import { createUser } from "../../users/create.ts";
import type { OidcPerson } from "./oidc-person.ts";
import { requireOidc } from "./oidc-server.ts";

/**
 * The account of a person that the OIDC server vouches for; returns the user's id. Known by issuer and subject. The first
 * time, their verified address decides: an account that has it is taken over, else an open invitation or an allowed domain
 * makes one. Throws `account_refused`.
 */
export async function accountOf(ctx: ServiceContext, person: OidcPerson): Promise<string> {
  return ctx.storage.change(async (writes) => {
    const { internalAdapter } = await (await useAuth(ctx, writes.auth)).$context;
    const key = { providerId: person.issuer, accountId: person.subject };
    const known = await internalAdapter.findAccountByKey(key);
    const userId = known?.userId ?? (await firstTime(ctx, writes, person));
    if (known === null) await internalAdapter.linkAccount({ ...key, userId });
    return userId;
  });
}

async function firstTime(ctx: ServiceContext, writes: Writes, person: OidcPerson): Promise<string> {
  const { email, emailVerified, name } = person;
  if (email === undefined || !emailVerified) throw refused("its email address is not verified");
  const open = (await writes.invitations.listOpen({ email })).filter(
    (invitation) => stateOf(invitation, ctx.now()) === "open",
  );
  const existing = await takeOver(ctx, writes, email);
  const mayJoin = isAllowed(ctx, email);
  if (existing === undefined && open.length === 0 && !mayJoin) throw refused("it is not invited");
  const userId =
    existing ?? (await createUser(ctx, writes, { email, name: name ?? email, emailVerified: true }));
  for (const invitation of open) await join(ctx, writes, { invitation, userId });
  if (mayJoin) await joinByDomain(ctx, writes, { userId, email });
  return userId;
}

/**
 * The account with this address, made theirs. If nobody had proved the address before, whoever made the account may be
 * somebody else: its password, sessions and connections end.
 */
async function takeOver(ctx: ServiceContext, writes: Writes, email: string): Promise<string | undefined> {
  const { internalAdapter } = await (await useAuth(ctx, writes.auth)).$context;
  const user = (await internalAdapter.findUserByEmail(email))?.user;
  if (user === undefined) return undefined;
  if (!user.emailVerified) {
    const password = await internalAdapter.findCredentialAccount(user.id);
    if (password) await internalAdapter.deleteAccount(password.id);
    await internalAdapter.deleteUserSessions(user.id);
    await removeAllConnections(writes, user.id);
    await internalAdapter.updateUser(user.id, { emailVerified: true });
  }
  await recordAct(ctx, writes, {
    orgId: undefined,
    action: "user.link_oidc",
    target: { kind: "user", id: user.id, name: email },
    after: { issuer: requireOidc(ctx).issuer, passwordRemoved: !user.emailVerified },
  });
  return user.id;
}

function isAllowed(ctx: ServiceContext, email: string): boolean {
  return requireOidc(ctx).allowedDomains.includes(email.slice(email.lastIndexOf("@") + 1));
}

async function joinByDomain(
  ctx: ServiceContext,
  writes: Writes,
  { userId, email }: { readonly userId: string; readonly email: string },
): Promise<void> {
  const { org: name, role } = requireOidc(ctx);
  const org = await writes.orgs.findByName(name);
  if (org === undefined) throw refused(`there is no organization \`${name}\` to join`);
  if ((await writes.members.find({ orgId: org.id, userId })) !== undefined) return;
  await writes.members.insert({ orgId: org.id, userId, role, at: ctx.now() });
  await recordAct(ctx, writes, {
    orgId: org.id,
    action: "member.create",
    target: { kind: "member", id: userId, name: email },
    after: { role, by: "oidc" },
  });
}

function refused(reason: string): PenstockError {
  return new PenstockError("account_refused", { fields: { reason } });
}
