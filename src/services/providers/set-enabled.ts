import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ReleaseMode } from "../bindings/release.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";
import { providerTarget } from "./provider-act.ts";
import type { ProviderView } from "./provider-view.ts";
import { releaseProvider } from "./release-provider.ts";
import { requireProvider } from "./require-provider.ts";
import { toProviderView } from "./to-provider-view.ts";

interface ProviderRef {
  readonly orgId: string;
  readonly providerId: string;
}

/** Puts a provider back to use; it is probed at once. Throws `origin_conflict` when a file manages it. */
export function enableProvider(ctx: ServiceContext, ref: ProviderRef): Promise<ProviderView> {
  return setEnabled(ctx, { ...ref, enabled: true });
}

/**
 * Takes a provider out of use: nothing resolves to it and it is not probed. Throws `origin_conflict` when a file manages it,
 * `in_use` when something names its models and `mode` says nothing of that.
 */
export function disableProvider(
  ctx: ServiceContext,
  ref: ProviderRef & { readonly mode?: ReleaseMode },
): Promise<ProviderView> {
  return setEnabled(ctx, { ...ref, enabled: false });
}

async function setEnabled(
  ctx: ServiceContext,
  input: ProviderRef & { readonly enabled: boolean; readonly mode?: ReleaseMode },
): Promise<ProviderView> {
  requireAdmin(ctx, input.orgId);
  const { enabled } = input;
  return ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, input);
    requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
    if (provider.enabled === enabled) return toProviderView(ctx, writes, provider);
    if (!enabled) await releaseProvider(ctx, writes, { provider, mode: input.mode });
    const isCalled = ctx.drivers.get(provider.driver)?.protocols.length !== 0;
    await writes.providers.update(provider, {
      enabled,
      at: laterThan(provider.updatedAt, ctx.now()),
      ...(enabled && isCalled && { schedule: { nextProbeAt: ctx.now() } }),
    });
    await recordAct(ctx, writes, {
      ...providerTarget(provider),
      action: enabled ? "provider.enable" : "provider.disable",
      before: { enabled: !enabled },
      after: { enabled },
    });
    return toProviderView(ctx, writes, await requireProvider(writes, input));
  });
}
