import { z } from "zod";
import { PenstockError } from "../../errors/penstock-error.ts";
import { recordAct } from "../audit/record-act.ts";
import type { Client } from "../identity/client.ts";
import { emailSchema, passwordSchema, personNameSchema } from "../identity/password-schema.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { beginSession } from "../sessions/begin.ts";
import type { SignedIn } from "../sessions/session-view.ts";
import { countAttempt } from "../sessions/throttle.ts";
import { createUser, hashNewPassword } from "../users/create.ts";
import { matchesSetupToken, verifySetupToken } from "./verify-setup-token.ts";

export interface CompleteSetupInput {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly client: Client;
}

const schema = z.object({ email: emailSchema, name: personNameSchema, password: passwordSchema });

/**
 * Makes the owner of the first start's org, who is the instance's operator, and signs them in. The token is used up in the
 * same transaction. Throws `link_invalid`.
 */
export async function completeSetup(
  ctx: ServiceContext,
  { token, client, ...input }: CompleteSetupInput,
): Promise<SignedIn> {
  await countAttempt(ctx, { address: client.address });
  // First of all: whoever has no token learns nothing, and costs no hashing.
  if (!(await verifySetupToken(ctx, { token }))) throw new PenstockError("link_invalid");
  const { email, name, password } = parseInput(schema, input);
  const passwordHash = await hashNewPassword(ctx, password);
  const userId = await ctx.storage.change(async (writes) => {
    if (!matchesSetupToken(ctx, { token, stored: await writes.instance.get("setup_token_digest") })) {
      throw new PenstockError("link_invalid");
    }
    await writes.instance.remove("setup_token_digest");
    const [org] = await writes.orgs.page({ limit: 1, after: undefined });
    if (org === undefined)
      throw new PenstockError("conflict", { fields: { reason: "There is no organization." } });
    const id = await createUser(ctx, writes, { email, name, passwordHash, emailVerified: true });
    await writes.members.makeOperator({ userId: id, at: ctx.now() });
    await writes.members.insert({ orgId: org.id, userId: id, role: "owner", at: ctx.now() });
    await recordAct(ctx, writes, {
      orgId: org.id,
      action: "member.create",
      target: { kind: "member", id, name: email },
      after: { role: "owner", operator: true, by: "setup" },
    });
    return id;
  });
  return beginSession(ctx, { userId, client, by: "setup" });
}
