import type { SignIn } from "../../drivers/auth/sign-in.ts";
import type { Driver } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { unprocessable } from "../parse-input.ts";
import { type Candidate, toDriverContext } from "../providers/candidate.ts";
import { loadStored } from "../providers/load-stored.ts";
import type { CandidateInput } from "../providers/provider-input.ts";
import { driverOf, requireDriver, requireProvider } from "../providers/require-provider.ts";
import { nothingStored } from "../providers/stored-candidate.ts";
import { validateCandidate } from "../providers/validate-candidate.ts";
import type { ServiceContext } from "../service-context.ts";

/** A provider as far as it is known before its admin signs in. */
export interface SignInCandidate {
  readonly candidate: Candidate;
  readonly signIn: SignIn;
}

/** One that is not saved yet: all of it but what the sign-in will fill. Throws `unprocessable`, `oauth_unavailable`. */
export function newSignInCandidate(ctx: ServiceContext, input: CandidateInput): SignInCandidate {
  const driver = requireDriver(ctx, input.driver);
  const signIn = requireSignIn(driver);
  const { candidate, problems } = validateCandidate(driver, input, nothingStored);
  const filled = new Set(signIn.fills.map((field) => `/credentials/${field}`));
  const left = problems.filter(({ path }) => !filled.has(path));
  if (left.length > 0) throw unprocessable(left);
  const problem = signIn.problem(toDriverContext(candidate));
  if (problem !== undefined) throw unprocessable([problem]);
  return { candidate, signIn };
}

/** A saved one. Throws `not_found`, `oauth_unavailable`. */
export async function savedSignInCandidate(
  ctx: ServiceContext,
  ref: { readonly orgId: string; readonly providerId: string },
): Promise<SignInCandidate> {
  const provider = await requireProvider(ctx.storage.reads, ref);
  const driver = driverOf(ctx, provider);
  const signIn = requireSignIn(driver);
  const { credential, headers } = await loadStored(ctx, provider);
  const { baseUrl, options } = provider;
  const candidate: Candidate = { driver, baseUrl, credential, headers, options };
  const problem = signIn.problem(toDriverContext(candidate));
  if (problem !== undefined) throw unavailable(driver, problem.message);
  return { candidate, signIn };
}

function requireSignIn(driver: Driver): SignIn {
  if (driver.signIn === undefined) throw unavailable(driver, "it takes a credential only");
  return driver.signIn;
}

function unavailable({ label }: Driver, reason: string): PenstockError {
  return new PenstockError("oauth_unavailable", { fields: { service: label, reason } });
}
