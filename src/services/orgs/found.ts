import { z } from "zod";
import { requireOperator } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { emailSchema } from "../identity/password-schema.ts";
import { inTransaction } from "../in-transaction.ts";
import { type CreatedInvitation, invite } from "../invitations/create.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { createOrg } from "./create.ts";
import type { OrgView } from "./org-view.ts";

export interface FoundOrgInput {
  readonly name: string;
  /** Who is invited as an owner; needed where no person asks, who would be it. */
  readonly ownerEmail?: string | undefined;
}

export interface FoundedOrg {
  readonly org: OrgView;
  readonly invitation: CreatedInvitation | undefined;
}

const schema = z.object({ ownerEmail: emailSchema.optional() });

/** Makes an org with an owner: the person who asks, or whoever accepts the invitation. Throws `conflict`. */
export async function foundOrg(ctx: ServiceContext, input: FoundOrgInput): Promise<FoundedOrg> {
  requireOperator(ctx);
  const { ownerEmail } = parseInput(schema, { ownerEmail: input.ownerEmail });
  const { actor } = ctx;
  if (actor.kind !== "user" && ownerEmail === undefined) {
    throw unprocessable([{ path: "/owner_email", message: "must say who will own it" }]);
  }
  return inTransaction(ctx, async (joined) => {
    const org = await createOrg(joined, { name: input.name });
    return joined.storage.change(async (writes) => {
      if (actor.kind === "user") {
        await writes.members.insert({ orgId: org.id, userId: actor.id, role: "owner", at: ctx.now() });
        await recordAct(ctx, writes, {
          orgId: org.id,
          action: "member.create",
          target: { kind: "member", id: actor.id, name: actor.name },
          after: { role: "owner", by: "org.create" },
        });
      }
      const invitation =
        ownerEmail === undefined
          ? undefined
          : await invite(joined, writes, { orgId: org.id, email: ownerEmail, role: "owner" });
      return { org, invitation };
    });
  });
}
