import { PenstockError } from "../../errors/penstock-error.ts";
import { discoverModels } from "../providers/discover.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CarriedOut } from "./carry-out.ts";

/** Discovers the models of new providers that ask for it. A failure is kept on the provider and returned as a warning. */
export async function discoverNew(
  ctx: ServiceContext,
  { created }: { readonly created: CarriedOut["created"] },
): Promise<readonly string[]> {
  const warnings = await Promise.all(
    created
      .filter(({ provider }) => provider.discover)
      .map(async ({ orgId, providerId, provider }) => {
        try {
          await discoverModels(ctx, { orgId, providerId });
          return [];
        } catch (error) {
          const reason = error instanceof PenstockError ? error.message : "something went wrong";
          return [`the models of \`${provider.name}\` could not be discovered: ${reason}`];
        }
      }),
  );
  return warnings.flat();
}
