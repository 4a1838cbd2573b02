import { requireAdmin } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { recordProviderAct } from "./provider-act.ts";
import type { CheckResult } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireProvider } from "./require-provider.ts";
import { runProbe } from "./run-probe.ts";
import { toProviderView } from "./to-provider-view.ts";

/** Probes a saved provider because somebody asks for it. Throws `provider_misconfigured` after recording that. */
export async function probeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<{ readonly result: CheckResult; readonly provider: ProviderView }> {
  requireAdmin(ctx, input.orgId);
  const result = await runProbe(ctx, {
    ...input,
    record: (writes, provider) => {
      const { status, reason } = provider.health;
      return recordProviderAct(ctx, writes, {
        action: "provider.probe",
        provider,
        after: { status, reason },
      });
    },
  });
  const { reads } = ctx.storage;
  return { result, provider: await toProviderView(ctx, reads, await requireProvider(reads, input)) };
}
