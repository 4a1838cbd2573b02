import { createRoute, z } from "@hono/zod-openapi";
import { PenstockError } from "../../errors/penstock-error.ts";
import { getKey } from "../../services/keys/get.ts";
import { listIdleModels } from "../../services/models/list-idle.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { getSettings } from "../../services/settings/get.ts";
import type { ApiOptions } from "../api-options.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { resolutionSchema } from "../schemas/resolution.ts";

const get = createRoute({
  method: "get",
  path: "/resolve",
  summary: "Which model a name would run, and why",
  tags: ["models"],
  description: "Without `model`, what a request that names none would run.",
  request: {
    query: z.strictObject({
      model: z.string().min(1).max(400).optional(),
      kind: z.enum(["chat", "embedding"]).optional().describe("Whose default it is; chat's unless said"),
      key_id: z.string().max(100).optional().describe("Tell what this key may use"),
    }),
  },
  responses: { 200: jsonAnswer(resolutionSchema, "The targets in order"), default: problemAnswer },
});

/** Explains the data plane's choice of a model. */
export function resolveRoutes(resolve: ApiOptions["resolve"]) {
  return createRouter().openapi(get, async (c) => {
    const [ctx, orgId] = [c.get("services"), c.get("orgId")];
    const { model: named, kind, key_id: keyId } = c.req.valid("query");
    const allowed = keyId === undefined ? undefined : (await getKey(ctx, { orgId, keyId })).allowedModels;
    const model = named ?? (await defaultModel(ctx, { orgId, kind }));
    const resolution = resolve({ orgId, model });
    const known = new Set(resolution.targets.map((target) => target.model_id));
    const idle = (await listIdleModels(ctx, { orgId, name: model }))
      // What was disabled a moment ago may still be in the data plane's tables.
      .filter((each) => !known.has(each.model.id))
      .map((each) => ({
        provider: each.provider.name,
        provider_id: each.provider.id,
        model: each.model.wireId,
        model_id: each.model.id,
        chosen: false,
        reason: each.reason,
      }));
    const targets = [...resolution.targets, ...idle].map((target) => {
      const names = [model, target.model, `${target.provider}/${target.model}`];
      const whole = resolution.rule === "route" && allowsRoute(allowed ?? [], model);
      return {
        ...target,
        allowed: allowed === undefined || whole || names.some((name) => allowed.includes(name)),
      };
    });
    return c.json({ ...resolution, defaulted: named === undefined, targets }, 200);
  });
}

/** A route's name counts without case. */
function allowsRoute(allowed: readonly string[], name: string): boolean {
  return allowed.some((each) => each.toLowerCase() === name.toLowerCase());
}

/** What a request without a model gets. Throws `model_missing` when there is no default. */
async function defaultModel(
  ctx: ServiceContext,
  { orgId, kind }: { readonly orgId: string; readonly kind: "chat" | "embedding" | undefined },
): Promise<string> {
  const settings = await getSettings(ctx, { orgId });
  const model = kind === "embedding" ? settings.defaultEmbeddingModel : settings.defaultChatModel;
  if (model === undefined) throw new PenstockError("model_missing");
  return model;
}
