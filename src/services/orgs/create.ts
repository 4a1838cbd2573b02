import { z } from "zod";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireOperator } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { nameSchema } from "../name-schema.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";

const schema = z.strictObject({ name: nameSchema });

/** Makes an empty org, without people. Throws `conflict` when the name is taken. */
export async function createOrg(ctx: ServiceContext, input: { readonly name: string }): Promise<OrgView> {
  requireOperator(ctx);
  const { name } = parseInput(schema, input);
  return ctx.storage.change(async (writes) => {
    await requireFreeName(writes, name);
    const at = ctx.now();
    const org = {
      id: ctx.newId("org"),
      name,
      defaultModel: undefined,
      defaultModelOrigin: undefined,
      settings: {},
      createdAt: at,
      updatedAt: at,
    };
    await writes.orgs.insert(org);
    await recordAct(ctx, writes, {
      orgId: org.id,
      action: "org.create",
      target: { kind: "org", id: org.id, name },
      after: { name },
    });
    return { ...org, version: 1 };
  });
}

/** Throws `conflict`. */
export async function requireFreeName(writes: Writes, name: string): Promise<void> {
  if ((await writes.orgs.findByName(name)) === undefined) return;
  throw new PenstockError("conflict", { fields: { reason: `An organization named \`${name}\` exists.` } });
}
