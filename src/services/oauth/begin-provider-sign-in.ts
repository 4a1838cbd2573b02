import { Secret } from "../../secrets/secret.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { toDriverContext } from "../providers/candidate.ts";
import type { CreateProviderInput, CredentialInput } from "../providers/provider-input.ts";
import { createSchema } from "../providers/provider-schema.ts";
import { requireAllowedHost } from "../providers/require-allowed-host.ts";
import { requireFreeName } from "../providers/require-free-name.ts";
import { requireProvider } from "../providers/require-provider.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { type BegunFlow, beginFlow, type FlowPurpose } from "./flow.ts";
import { newSignInCandidate, type SignInCandidate, savedSignInCandidate } from "./provider-candidate.ts";
import { returnPathSchema } from "./return-path.ts";

interface Where {
  readonly orgId: string;
  /** A path of this server. */
  readonly returnTo?: string | undefined;
}

/**
 * Sends an admin to a vendor to sign a saved provider in. Throws `oauth_unavailable`, `origin_conflict` when a file manages
 * it, `user_required` for keys.
 */
export async function beginProviderSignIn(
  ctx: ServiceContext,
  input: Where & { readonly providerId: string },
): Promise<BegunFlow> {
  const { orgId, providerId } = input;
  const { id: userId } = requireUser(ctx, { orgId, role: "admin" });
  const returnTo = parseInput(returnPathSchema.optional(), input.returnTo);
  const provider = await requireProvider(ctx.storage.reads, { orgId, providerId });
  requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
  const found = await savedSignInCandidate(ctx, { orgId, providerId });
  return begin(ctx, found, { orgId, userId, returnTo, purpose: { kind: "provider", input: {}, providerId } });
}

/**
 * The same for a provider that is made when the admin comes back, validated as always. Throws as `createProvider` does for
 * everything that can be known before.
 */
export async function beginNewProviderSignIn(
  ctx: ServiceContext,
  input: Where & { readonly provider: Omit<CreateProviderInput, "orgId" | "probed"> },
): Promise<BegunFlow> {
  const { orgId } = input;
  const { id: userId } = requireUser(ctx, { orgId, role: "admin" });
  const returnTo = parseInput(returnPathSchema.optional(), input.returnTo);
  const { orgId: _, ...provider } = parseInput(createSchema, { ...input.provider, orgId });
  const found = newSignInCandidate(ctx, provider);
  await requireAllowedHost(ctx.storage.reads, { orgId, candidate: found.candidate });
  await requireFreeName(ctx.storage.reads, { orgId, name: provider.name });
  const { credentials = {}, headers = {}, ...rest } = provider;
  const kept = { ...rest, credentials: revealed(credentials), headers: revealed(headers) };
  return begin(ctx, found, { orgId, userId, returnTo, purpose: { kind: "provider", input: kept } });
}

function begin(
  ctx: ServiceContext,
  { candidate, signIn }: SignInCandidate,
  flow: {
    readonly orgId: string;
    readonly userId: string;
    readonly returnTo: string | undefined;
    readonly purpose: FlowPurpose;
  },
): Promise<BegunFlow> {
  return beginFlow(ctx, {
    ...flow,
    authorizeUrl: (request) => signIn.authorizeUrl(toDriverContext(candidate), request),
  });
}

/** For the sealed text of the flow, where secrets may stand as they are. */
function revealed(input: CredentialInput): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
