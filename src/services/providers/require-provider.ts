import type { Driver } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";

/** A provider of the org; throws `not_found`. */
export async function requireProvider(
  reads: Reads,
  ref: { readonly orgId: string; readonly providerId: string },
): Promise<ProviderRecord> {
  const provider = await reads.providers.find({ orgId: ref.orgId, id: ref.providerId });
  if (provider === undefined) throw notFound(`provider ${ref.providerId}`);
  return provider;
}

/** The driver an input names; throws `unprocessable` listing those that exist. */
export function requireDriver(ctx: ServiceContext, id: string): Driver {
  const driver = ctx.drivers.get(id);
  if (driver !== undefined) return driver;
  const known = [...ctx.drivers.keys()].sort().join(", ");
  throw unprocessable([{ path: "/driver", message: `there is no driver \`${id}\`; choose one of ${known}` }]);
}

/** The driver of a saved provider; throws `provider_misconfigured` when this build lacks it. */
export function driverOf(ctx: ServiceContext, provider: ProviderRecord): Driver {
  const driver = ctx.drivers.get(provider.driver);
  if (driver !== undefined) return driver;
  throw new PenstockError("provider_misconfigured", {
    fields: { provider: provider.name, reason: `this Penstock has no driver \`${provider.driver}\`` },
  });
}
