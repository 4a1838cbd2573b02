import { z } from "zod";
import { PenstockError } from "../../../errors/penstock-error.ts";
import { Secret } from "../../../secrets/secret.ts";
import type { ServiceContext } from "../../service-context.ts";

/** What must be remembered between leaving for the OIDC server and coming back. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** A path of this server. */
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const lifetimeSeconds = 600;
const binding = { orgId: "", entity: "identity", field: "oidc_flow" };
const schema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  expiresAt: z.number(),
});

function flowCookie(publicUrl: string): string {
  return `${publicUrl.startsWith("https:") ? "__Host-" : ""}penstock.oidc`;
}

/**
 * The flow as a `set-cookie` value: sealed, and kept by the browser that began it, so no other can finish it and no replica
 * needs to remember it.
 */
export function keepFlow(ctx: ServiceContext, flow: Omit<OidcFlow, "expiresAt">): string {
  const expiresAt = ctx.now() + lifetimeSeconds * 1000;
  const value = ctx.vault.seal(new Secret(JSON.stringify({ ...flow, expiresAt })), binding);
  return setCookie(ctx, { value: encodeURIComponent(value), maxAge: lifetimeSeconds });
}

/** The `set-cookie` value that forgets it. */
export function forgetFlow(ctx: ServiceContext): string {
  return setCookie(ctx, { value: "", maxAge: 0 });
}

/** The flow that this browser began; throws `oidc_failed` when there is none, or it took too long. */
export function recallFlow(ctx: ServiceContext, cookie: string | undefined): OidcFlow {
  const name = `${flowCookie(ctx.publicUrl)}=`;
  const pair = cookie
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(name));
  const flow = pair === undefined ? undefined : open(ctx, pair.slice(name.length));
  if (flow !== undefined && flow.expiresAt > ctx.now()) return flow;
  const reason = "it was not begun in this browser, or took longer than ten minutes";
  throw new PenstockError("oidc_failed", { fields: { issuer: ctx.oidc?.label ?? "OIDC", reason } });
}

function open(ctx: ServiceContext, value: string): OidcFlow | undefined {
  try {
    return schema.parse(JSON.parse(ctx.vault.open(decodeURIComponent(value), binding).reveal()));
  } catch {
    // Made up, altered, or sealed under a key that is gone: the same as none.
    return undefined;
  }
}

function setCookie(
  { publicUrl }: ServiceContext,
  { value, maxAge }: { readonly value: string; readonly maxAge: number },
): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${flowCookie(publicUrl)}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
