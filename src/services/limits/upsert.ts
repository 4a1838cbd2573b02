import { PenstockError } from "../../errors/penstock-error.ts";
import { requireAdmin } from "../access.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { createLimit } from "./create.ts";
import type { CreateLimitInput } from "./limit-input.ts";
import { createLimitSchema } from "./limit-schema.ts";
import type { LimitView } from "./limit-view.ts";
import { updateLimit } from "./update.ts";

export interface UpsertedLimit {
  readonly created: boolean;
  readonly limit: LimitView;
}

/** Makes a subject's limit exactly what is said: a number left out is no limit. The same input twice changes nothing the second time. */
export async function upsertLimit(ctx: ServiceContext, input: CreateLimitInput): Promise<UpsertedLimit> {
  requireAdmin(ctx, input.orgId);
  try {
    return await upsertOnce(ctx, input);
  } catch (error) {
    // Somebody limited the same subject between our look and our write: now it can be changed.
    if (!(error instanceof PenstockError) || error.code !== "conflict") throw error;
    return upsertOnce(ctx, input);
  }
}

async function upsertOnce(ctx: ServiceContext, input: CreateLimitInput): Promise<UpsertedLimit> {
  const { orgId, subject, ...numbers } = parseInput(createLimitSchema, input);
  const existing = await ctx.storage.reads.limits.findBySubject(orgId, subject);
  if (existing === undefined) return { created: true, limit: await createLimit(ctx, input) };
  const limit = await updateLimit(ctx, {
    orgId,
    limitId: existing.id,
    requestsPerMinute: numbers.requestsPerMinute ?? null,
    tokensPerMinute: numbers.tokensPerMinute ?? null,
    concurrency: numbers.concurrency ?? null,
    dayUsd: numbers.dayUsd ?? null,
    monthUsd: numbers.monthUsd ?? null,
    allowUnpriced: numbers.allowUnpriced ?? false,
  });
  return { created: false, limit };
}
