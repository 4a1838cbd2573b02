import { toPenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { discoverModels } from "./discover.ts";

/** Discovery that must not fail the save before it: its failure stands on the provider and in the log. */
export async function discoverAfterSave(ctx: ServiceContext, provider: ProviderRecord): Promise<void> {
  try {
    await discoverModels(ctx, { orgId: provider.orgId, providerId: provider.id });
  } catch (error) {
    const { code } = toPenstockError(error);
    ctx.log({
      level: "warn",
      event: "discovery_failed",
      fields: { provider: provider.name, code },
      cause: error,
    });
  }
}
