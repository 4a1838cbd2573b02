import { z } from "zod";
import { type Client, toHeaders } from "../identity/client.ts";
import { toIdentityError } from "../identity/identity-error.ts";
import { passwordLength } from "../identity/password-schema.ts";
import { useAuth } from "../identity/use-auth.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { beganBy } from "./read-session.ts";
import { recordPersonalAct } from "./session-act.ts";
import type { SignedIn } from "./session-view.ts";
import { countAttempt, forgetAttempts } from "./throttle.ts";

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly client: Client;
}

// Lenient on purpose: what can be no account of ours fails like any other wrong one.
const schema = z.object({
  email: z
    .string()
    .max(254)
    .transform((email) => email.trim().toLowerCase()),
  password: z.string().max(passwordLength.max),
});

/**
 * Begins a session by email address and password. Throws `sign_in_failed`, the same and as late whatever is wrong, and
 * `sign_in_throttled`.
 */
export async function signIn(ctx: ServiceContext, { client, ...input }: SignInInput): Promise<SignedIn> {
  const { email, password } = parseInput(schema, input);
  await countAttempt(ctx, { address: client.address, email });
  const auth = await useAuth(ctx);
  const { headers } = await auth.api
    .signInEmail({ body: { email, password }, headers: withoutCookie(client), returnHeaders: true })
    .catch((error: unknown) => {
      throw toIdentityError(error);
    });
  await forgetAttempts(ctx, email);
  const begun = await beganBy(ctx, { client, headers });
  const { user, id } = begun.session;
  await recordPersonalAct(ctx, { user, action: "session.create", sessionId: id, by: "password" });
  return begun;
}

function withoutCookie(client: Client): Headers {
  return toHeaders({ ...client, cookie: undefined });
}
