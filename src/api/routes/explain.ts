import { createRoute, z } from "@hono/zod-openapi";
import { getKey } from "../../services/keys/get.ts";
import { getOrg } from "../../services/orgs/get.ts";
import { getRoute } from "../../services/routes/get.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import type { ApiOptions } from "../api-options.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { type CallExplanation, explainSchema, explanationSchema } from "../schemas/explanation.ts";

const explainCall = createRoute({
  method: "post",
  path: "/routes/explain",
  summary: "Where a call would go, and why",
  description:
    "Takes a model's name or a whole request as a client would send it, and sends nothing. Says for each candidate whether it " +
    "would be called and when, what speaks against it, what the request would cost there at most, and what the limits leave. " +
    "Where a strategy draws at random, one draw is shown.",
  tags: ["routes"],
  request: { query: z.strictObject({}), body: jsonBody(explainSchema) },
  responses: { 200: jsonAnswer(explanationSchema, "The candidates"), default: problemAnswer },
});

/** Explains what the data plane would do with a call. */
export function explainRoutes({ explain }: Pick<ApiOptions, "explain">) {
  return createRouter().openapi(explainCall, async (c) => {
    const [ctx, orgId] = [c.get("services"), c.get("orgId")];
    const body = c.req.valid("json");
    // Whoever may not see the org or the key is told so before anything is worked out.
    await getOrg(ctx, { orgId });
    const { key_id: keyId } = body;
    if (keyId !== undefined) await getKey(ctx, { orgId, keyId });
    const explanation = await explain({ orgId, ...body });
    return c.json(await withNames(ctx, { orgId, explanation }), 200);
  });
}

/** The data plane knows models that are out of use by their ids only. */
async function withNames(
  ctx: ServiceContext,
  { orgId, explanation }: { readonly orgId: string; readonly explanation: CallExplanation },
): Promise<CallExplanation> {
  const { route, candidates } = explanation;
  if (route === null || candidates.every(({ model }) => model !== null)) return explanation;
  const { targets } = await getRoute(ctx, { orgId, routeId: route.id });
  const names = new Map(targets.map(({ modelId, model }) => [modelId, model]));
  return {
    ...explanation,
    candidates: candidates.map((each) => {
      const name = each.model === null ? names.get(each.model_id) : undefined;
      if (name === undefined) return each;
      const slash = name.indexOf("/");
      return { ...each, provider: name.slice(0, slash), model: name.slice(slash + 1) };
    }),
  };
}
