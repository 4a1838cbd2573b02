import { createHash } from "node:crypto";
import { z } from "zod";
import { pkcePair } from "../../drivers/auth/pkce.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Binding } from "../../secrets/binding.ts";
import { Secret } from "../../secrets/secret.ts";
import type { OAuthFlowRecord } from "../../storage/records/oauth-flow-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { redirectUriOf } from "./redirect-uri.ts";

const purposeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("connection"),
    connector: z.string(),
    name: z.string(),
    /** Signed in again instead of making one. */
    connectionId: z.string().optional(),
  }),
  z.object({
    kind: z.literal("provider"),
    /** The input of `createProvider` without the org, or of nothing when a provider exists. */
    input: z.record(z.string(), z.unknown()),
    providerId: z.string().optional(),
  }),
]);

/** What a sign-in is for. */
export type FlowPurpose = z.infer<typeof purposeSchema>;

const payloadSchema = z.object({
  purpose: purposeSchema,
  verifier: z.string(),
  redirectUri: z.string(),
  returnTo: z.string().optional(),
});

/** A sign-in whose user has come back. */
export interface Flow {
  readonly orgId: string;
  readonly userId: string;
  readonly purpose: FlowPurpose;
  readonly verifier: Secret;
  readonly redirectUri: string;
  readonly returnTo: string | undefined;
}

/** A sign-in that has begun. */
export interface BegunFlow {
  /** Where the user goes next. */
  readonly authorizeUrl: string;
  /** Must be registered at the service. */
  readonly redirectUri: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const lifetimeMs = 10 * 60_000;

/** Begins a sign-in of one person; `authorizeUrl` makes the URL of the service's page. */
export async function beginFlow(
  ctx: ServiceContext,
  flow: {
    readonly orgId: string;
    readonly userId: string;
    readonly purpose: FlowPurpose;
    readonly returnTo: string | undefined;
    readonly authorizeUrl: (request: { state: string; challenge: string; redirectUri: string }) => string;
  },
): Promise<BegunFlow> {
  const { orgId, userId, purpose, returnTo } = flow;
  const state = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const { verifier, challenge } = pkcePair(crypto.getRandomValues(new Uint8Array(32)));
  const redirectUri = redirectUriOf(ctx);
  const id = ctx.newId("flow");
  const payload: z.infer<typeof payloadSchema> = {
    purpose,
    verifier: verifier.reveal(),
    redirectUri,
    ...(returnTo !== undefined && { returnTo }),
  };
  const record: OAuthFlowRecord = {
    id,
    orgId,
    userId,
    stateDigest: digestState(state),
    sealed: ctx.vault.seal(new Secret(JSON.stringify(payload)), flowBinding({ id, orgId, userId })),
    expiresAt: ctx.now() + lifetimeMs,
  };
  await ctx.storage.change((writes) => writes.flows.insert(record));
  const authorizeUrl = flow.authorizeUrl({ state, challenge, redirectUri });
  return { authorizeUrl, redirectUri, expiresAt: record.expiresAt };
}

/** The sign-in that this person began with this state, once. Throws `oauth_flow_invalid`, whatever is wrong. */
export async function takeFlow(
  ctx: ServiceContext,
  { state, userId }: { readonly state: string; readonly userId: string },
): Promise<Flow> {
  const record = await ctx.storage.change((writes) =>
    writes.flows.take({ stateDigest: digestState(state), userId }),
  );
  if (record === undefined || record.expiresAt <= ctx.now()) throw new PenstockError("oauth_flow_invalid");
  await ctx.vault.ensure([record.sealed], ctx.storage.reads.masterKeys);
  const text = ctx.vault.open(record.sealed, flowBinding(record)).reveal();
  const { purpose, verifier, redirectUri, returnTo } = payloadSchema.parse(JSON.parse(text));
  return { orgId: record.orgId, userId, purpose, verifier: new Secret(verifier), redirectUri, returnTo };
}

/** A state is 256 random bits, so its digest needs no key. */
function digestState(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

function flowBinding({ id, orgId, userId }: Pick<OAuthFlowRecord, "id" | "orgId" | "userId">): Binding {
  return { orgId, entity: JSON.stringify([id, userId]), field: "oauth_flow" };
}
