import { constantTimeEqual } from "../../secrets/constant-time-equal.ts";
import type { ServiceContext } from "../service-context.ts";

/** What is kept of a setup token; keyed apart from the digests of keys. */
export function setupTokenDigest(ctx: ServiceContext, token: string): string {
  return ctx.vault.digestKey(`setup\0${token}`);
}

/** Whether this is the instance's setup token; a used one is not. */
export async function verifySetupToken(
  ctx: ServiceContext,
  input: { readonly token: string },
): Promise<boolean> {
  const stored = await ctx.storage.reads.instance.get("setup_token_digest");
  return matchesSetupToken(ctx, { ...input, stored });
}

/** The same against a digest that was read already; undefined: it was used. */
export function matchesSetupToken(
  ctx: ServiceContext,
  input: { readonly token: string; readonly stored: string | undefined },
): boolean {
  return input.stored !== undefined && constantTimeEqual(input.stored, setupTokenDigest(ctx, input.token));
}
