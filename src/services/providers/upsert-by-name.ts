import { PenstockError } from "../../errors/penstock-error.ts";
import { requireAdmin } from "../access.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { createProvider } from "./create.ts";
import type { CreateProviderInput, UpdateProviderInput } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
import { updateProvider } from "./update.ts";

type UpsertProviderInput = CreateProviderInput & Pick<UpdateProviderInput, "mode">;

export interface UpsertResult {
  readonly created: boolean;
  readonly provider: ProviderView;
}

/** Creates the provider or updates the one with this name; the same input twice changes nothing the second time. */
export async function upsertProviderByName(
  ctx: ServiceContext,
  input: UpsertProviderInput,
): Promise<UpsertResult> {
  requireAdmin(ctx, input.orgId);
  try {
    return await upsertOnce(ctx, input);
  } catch (error) {
    // Somebody created the same name between our look and our write: now it can be updated.
    if (!(error instanceof PenstockError) || error.code !== "conflict") throw error;
    return upsertOnce(ctx, input);
  }
}

async function upsertOnce(
  ctx: ServiceContext,
  { mode, ...input }: UpsertProviderInput,
): Promise<UpsertResult> {
  const existing = await ctx.storage.reads.providers.findByName({
    orgId: input.orgId,
    name: String(input.name),
  });
  if (existing === undefined) return { created: true, provider: await createProvider(ctx, input) };
  if (existing.driver !== input.driver) {
    const message = `is \`${existing.driver}\` and cannot be changed; remove the provider first`;
    throw unprocessable([{ path: "/driver", message }]);
  }
  const { driver: _driver, ...changes } = input;
  return {
    created: false,
    provider: await updateProvider(ctx, { ...changes, mode, providerId: existing.id }),
  };
}
