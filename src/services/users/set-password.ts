import type { Writes } from "../../storage/repositories/writes.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";

/** Gives an account another password, or its first one, and ends all its sessions; within a transaction. */
export async function setPassword(
  ctx: ServiceContext,
  writes: Writes,
  { userId, passwordHash }: { readonly userId: string; readonly passwordHash: string },
): Promise<void> {
  const { internalAdapter } = await (await useAuth(ctx, writes.auth)).$context;
  if (await internalAdapter.findCredentialAccount(userId)) {
    await internalAdapter.updatePassword(userId, passwordHash);
  } else {
    await internalAdapter.linkAccount({
      ...{ userId, providerId: "credential", accountId: userId, password: passwordHash },
    });
  }
  await internalAdapter.deleteUserSessions(userId);
}
