import { PenstockError } from "../../errors/penstock-error.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { recordAct } from "../audit/record-act.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";

export interface NewUser {
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  /** Somebody we trust has said that the address is theirs. */
  readonly emailVerified: boolean;
  /** Made by `hashNewPassword` before the transaction; undefined: they sign in by OIDC alone. */
  readonly passwordHash?: string | undefined;
}

/** Hashes a password; call it before a transaction begins, since it takes long. */
export async function hashNewPassword(ctx: ServiceContext, password: string): Promise<string> {
  return (await (await useAuth(ctx)).$context).password.hash(password);
}

/** Makes an account within a transaction; returns its id. Throws `conflict` when the address has one. */
export async function createUser(ctx: ServiceContext, writes: Writes, user: NewUser): Promise<string> {
  const { internalAdapter } = await (await useAuth(ctx, writes.auth)).$context;
  const { email, name, emailVerified, passwordHash } = user;
  if ((await internalAdapter.findUserByEmail(email)) !== null) {
    const reason = `An account of ${email} exists: sign in with it, then open the link again.`;
    throw new PenstockError("conflict", { fields: { reason } });
  }
  const { id } = await internalAdapter.createUser({ email, name, emailVerified }, { method: "penstock" });
  if (passwordHash !== undefined) {
    await internalAdapter.linkAccount({
      userId: id,
      providerId: "credential",
      accountId: id,
      password: passwordHash,
    });
  }
  await recordAct(ctx, writes, {
    orgId: undefined,
    action: "user.create",
    target: { kind: "user", id, name: email },
    after: { email, name, emailVerified, password: passwordHash !== undefined },
  });
  return id;
}
