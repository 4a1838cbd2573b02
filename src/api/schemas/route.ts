import { z } from "@hono/zod-openapi";
import type { RouteStrategy, StickyBy } from "../../plane/route-config.ts";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { AffectedBinding } from "../../services/bindings/impact.ts";
import type { RouteTargetInput } from "../../services/routes/route-input.ts";
import type { RouteTargetView, RouteView } from "../../services/routes/route-view.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { affectedSchema, toAffected } from "./binding.ts";
import { originSchema, timeSchema, toTime } from "./common.ts";
import { fromTimeouts, timeoutsSchema, toSeconds } from "./provider.ts";

export const strategySchema = z
  .enum([
    ...(["single", "ordered", "weighted", "least-latency", "least-busy", "cheapest"] as const),
    ...(["sticky", "hedged"] as const),
  ] satisfies readonly RouteStrategy[])
  .describe(
    "`single`: one model; `ordered`: as listed; `weighted`: drawn by weight; `least-latency`: the quickest to its first byte; " +
      "`least-busy`: the fewest calls under way for its weight; `cheapest`: the lowest price for the request; `sticky`: drawn by " +
      "weight once a session, key or header; `hedged`: as listed, the second is asked too when the first is late",
  );
const stickySchema = z
  .enum(["session", "key", "header"] satisfies readonly StickyBy[])
  .describe(
    "What stays together: a conversation, a key's calls, or those with one `x-penstock-sticky` header",
  );
const parameters = z
  .record(z.string().max(100), z.unknown())
  .openapi({ example: { temperature: 0 } })
  .describe("Top-level fields that are set in the request when it goes here; null removes one");
const weight = z.number().min(0).max(1_000_000);

const targetSchema = z.object({
  model_id: z.string(),
  model: z.string().nullable().describe("`provider/model`; null when the model is gone"),
  state: z.enum(["served", "disabled", "gone"]).describe("Only what is `served` is called"),
  weight: weight.describe(
    "Share of the calls where the strategy goes by weight; 0: only when the others fail",
  ),
  parameters: parameters.nullable(),
  timeouts: z
    .object({ first_byte_seconds: z.number().nullable(), idle_seconds: z.number().nullable() })
    .describe("In place of the provider's; null: as the provider has it"),
});

export const routeSchema = z
  .object({
    id: z.string(),
    name: z.string().describe("What requests say as their `model`"),
    strategy: strategySchema,
    sticky_by: stickySchema.nullable().describe("Of sticky routes only"),
    retries: z.int().nullable().describe("Further tries of one target; null: as the server is set"),
    hedge_after_ms: z
      .int()
      .nullable()
      .describe("Of hedged routes only; null: the first target's 95th percentile"),
    kind: z
      .enum(["chat", "embedding", "other"])
      .nullable()
      .describe("What its models are for; null: all are gone"),
    targets: z.array(targetSchema),
    origin: originSchema,
    allowed_actions: allowedActionsSchema("route"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Route");

const targetInput = z.strictObject({
  model: z.string().min(1).max(400).describe("`provider/model`, or the id of a model"),
  weight: weight.optional().describe("1 by default"),
  parameters: parameters.nullable().optional(),
  timeouts: timeoutsSchema.optional(),
});

const settings = {
  sticky_by: stickySchema.nullable().optional(),
  retries: z.int().min(0).max(10).nullable().optional(),
  hedge_after_ms: z.int().min(1).max(600_000).nullable().optional(),
};
const name = z.string().max(200).describe("Unique in the organization without case; no slash");
const targets = z.array(targetInput).min(1).max(50);

export const createRouteSchema = z
  .strictObject({ name, strategy: strategySchema, ...settings, targets })
  .openapi("RouteCreate");

export const updateRouteSchema = z
  .strictObject({
    name: name.optional(),
    strategy: strategySchema.optional(),
    ...settings,
    targets: targets.optional().describe("Replaces all of them"),
  })
  .openapi("RouteUpdate");

export const routeImpactSchema = z.object({ bindings: z.array(affectedSchema) }).openapi("RouteImpact");

/** A route as the API writes it. */
export function toRoute(view: RouteView, ctx: ServiceContext): z.infer<typeof routeSchema> {
  return {
    id: view.id,
    name: view.name,
    strategy: view.strategy,
    sticky_by: view.stickyBy ?? null,
    retries: view.retries ?? null,
    hedge_after_ms: view.hedgeAfterMs ?? null,
    kind: view.kind ?? null,
    targets: view.targets.map(toTarget),
    origin: view.origin,
    allowed_actions: allowedActions(ctx, "route", view),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

function toTarget(target: RouteTargetView): z.infer<typeof targetSchema> {
  return {
    model_id: target.modelId,
    model: target.model ?? null,
    state: target.state,
    weight: target.weight,
    parameters: target.parameters === undefined ? null : { ...target.parameters },
    timeouts: {
      first_byte_seconds: toSeconds(target.timeouts?.firstByteMs),
      idle_seconds: toSeconds(target.timeouts?.idleMs),
    },
  };
}

export function toRouteImpact(bindings: readonly AffectedBinding[]): z.infer<typeof routeImpactSchema> {
  return { bindings: bindings.map(toAffected) };
}

type RouteSettings = Pick<z.infer<typeof updateRouteSchema>, keyof typeof settings | "targets">;

/** The body's fields under the services' names. */
export function fromRouteBody<Body extends RouteSettings>(body: Body) {
  const { sticky_by, hedge_after_ms, targets: sent, ...rest } = body;
  return { ...rest, stickyBy: sticky_by, hedgeAfterMs: hedge_after_ms, targets: sent?.map(fromTarget) };
}

/** The same for a body that must have targets. */
export function fromNewRoute(body: z.infer<typeof createRouteSchema>) {
  return { ...fromRouteBody(body), targets: body.targets.map(fromTarget) };
}

function fromTarget({ timeouts, ...rest }: z.infer<typeof targetInput>): RouteTargetInput {
  return { ...rest, ...(timeouts !== undefined && { timeouts: fromTimeouts(timeouts) }) };
}

/** For clients of the API. */
export type RouteBody = z.infer<typeof routeSchema>;
