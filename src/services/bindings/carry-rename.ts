import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { listBindings } from "./binding.ts";
import { replaceNames } from "./replace-names.ts";
import { ServedNames } from "./served-names.ts";

/**
 * Lets everything that names a provider's models by its old name name them by the new one; before the provider is renamed,
 * in the same transaction. Throws `origin_conflict` for a place that somebody else manages.
 */
export async function carryRename(
  ctx: ServiceContext,
  writes: Writes,
  rename: { readonly provider: ProviderRecord; readonly name: string },
): Promise<void> {
  const { provider, name } = rename;
  const prefix = `${provider.name.toLowerCase()}/`;
  const named = (await listBindings(writes, provider.orgId)).filter(
    ({ kind, name: each }) =>
      // A route means the model, not its name.
      kind !== "route" && each.toLowerCase().startsWith(prefix),
  );
  if (named.length === 0) return;
  const served = await ServedNames.load(writes, provider.orgId);
  // `maker/model` may be the whole id of a model elsewhere, and then is not about this provider.
  const own = named.filter(({ name: each }) => {
    const found = served.find(each);
    return found === undefined || found.provider.id === provider.id;
  });
  const changes = own.map((binding) => ({
    binding,
    to: `${name}/${binding.name.slice(prefix.length)}`,
  }));
  await replaceNames(ctx, writes, changes);
}
