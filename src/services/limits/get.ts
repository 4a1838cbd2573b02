import { Ask } from "../../limits/ask.ts";
import { limitRule } from "../../limits/limit-rule.ts";
import type { LimitStore } from "../../limits/limit-store.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";
import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { toLimitConfig } from "../snapshot/to-limit-config.ts";
import type { LevelView, LimitWithLevels } from "./limit-view.ts";
import { requireLimit } from "./require-limit.ts";
import { toLimitView } from "./to-limit-view.ts";

/** One limit of the org, with how full it is. Throws `not_found`. */
export async function getLimit(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly limitId: string },
): Promise<LimitWithLevels> {
  requireViewer(ctx, input.orgId);
  const { reads } = ctx.storage;
  const limit = await requireLimit(reads, input);
  const view = await toLimitView(reads, limit);
  return { ...view, levels: ctx.limits && (await levelsOf(ctx.limits, limit, ctx.now())) };
}

async function levelsOf(
  store: Pick<LimitStore, "peek">,
  limit: LimitRecord,
  now: number,
): Promise<readonly LevelView[]> {
  const { gauges } = limitRule(limit.orgId, toLimitConfig(limit));
  const levels = await store.peek(
    gauges.map((gauge) => new Ask(gauge.countAt(now), 0)),
    now,
  );
  return gauges.map((gauge, index): LevelView => {
    const { remaining = gauge.limit, resetMs = 0 } = levels[index] ?? {};
    // Budgets are counted in millionths.
    const scale = gauge.kind === "budget" ? 1e6 : 1;
    return {
      measure: gauge.measure,
      limit: gauge.limit / scale,
      used: (gauge.limit - remaining) / scale,
      remaining: remaining / scale,
      resetsAt: resetMs === 0 ? undefined : now + resetMs,
    };
  });
}
