import type { SignInResult } from "../../drivers/auth/sign-in.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { parseInput } from "../parse-input.ts";
import { fetchOf, toDriverContext } from "../providers/candidate.ts";
import { createProvider } from "../providers/create.ts";
import { createSchema } from "../providers/provider-schema.ts";
import { updateProvider } from "../providers/update.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { rememberTokens } from "./candidate-tokens.ts";
import type { Flow, FlowPurpose } from "./flow.ts";
import { newSignInCandidate, type SignInCandidate, savedSignInCandidate } from "./provider-candidate.ts";
import { readCode, toOAuthFailure } from "./read-code.ts";
import { familyOf, toTokens } from "./tokens.ts";

type Purpose = Extract<FlowPurpose, { kind: "provider" }>;

interface Finish {
  readonly flow: Flow;
  readonly purpose: Purpose;
  readonly query: URLSearchParams;
}

/**
 * Gives a provider the credential that its vendor gave for the sign-in; the vendor is asked about it before it is saved.
 * Throws `oauth_denied`, `oauth_failed`, and as `createProvider` and `updateProvider` do.
 */
export async function finishProviderSignIn(
  ctx: ServiceContext,
  finish: Finish,
): Promise<{ readonly id: string }> {
  const { flow, purpose } = finish;
  const { orgId } = flow;
  requireUser(ctx, { orgId, role: "admin" });
  const { providerId } = purpose;
  if (providerId !== undefined) {
    const found = await savedSignInCandidate(ctx, { orgId, providerId });
    const { credential: credentials } = await signIn(ctx, found, finish);
    return updateProvider(ctx, { orgId, providerId, credentials, validate: true });
  }
  const input = parseInput(createSchema, { ...purpose.input, orgId });
  const { credential } = await signIn(ctx, newSignInCandidate(ctx, input), finish);
  return createProvider(ctx, { ...input, credentials: { ...input.credentials, ...credential } });
}

async function signIn(
  ctx: ServiceContext,
  { candidate, signIn: way }: SignInCandidate,
  { flow, query }: Finish,
): Promise<SignInResult> {
  const context = toDriverContext(candidate);
  const service = candidate.driver.label;
  const code = readCode(query, { service, issuer: way.issuer?.(context) });
  const driverFetch = await serviceFetch(ctx, flow.orgId);
  const fetch = fetchOf({ driverFetch }, candidate);
  const asked = ctx.now();
  try {
    const { verifier, redirectUri } = flow;
    const result = await way.exchange(context, { code, verifier, redirectUri, fetch });
    const refresh = result.tokens?.refreshToken;
    if (result.tokens !== undefined && refresh !== undefined)
      rememberTokens(ctx, toTokens(result.tokens, { asked, family: familyOf(refresh) }));
    return result;
  } catch (error) {
    throw toOAuthFailure(error, service);
  }
}
