import { createRoute, z } from "@hono/zod-openapi";
import { probeProvider } from "../../services/providers/probe.ts";
import { reviewModels } from "../../services/providers/review-models.ts";
import { disableProvider, enableProvider } from "../../services/providers/set-enabled.ts";
import { createRouter } from "../router.ts";
import { releaseQuery } from "../schemas/binding.ts";
import { idParams, jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { checkResultSchema, providerSchema, toCheckResult, toProvider } from "../schemas/provider.ts";

const tags = ["providers"];
const request = { params: idParams, query: z.strictObject({}) };

const probe = createRoute({
  method: "post",
  path: "/providers/{id}/probe",
  summary: "Try a provider now and keep what came out",
  tags,
  request,
  responses: {
    200: jsonAnswer(
      z.object({ result: checkResultSchema, provider: providerSchema }),
      "What the vendor says",
    ),
    default: problemAnswer,
  },
});

const enable = createRoute({
  method: "post",
  path: "/providers/{id}/enable",
  summary: "Put a provider back to use",
  tags,
  request,
  responses: { 200: jsonAnswer(providerSchema, "In use; it is probed at once"), default: problemAnswer },
});

const disable = createRoute({
  method: "post",
  path: "/providers/{id}/disable",
  summary: "Take a provider out of use",
  description: "Nothing resolves to it, and it is neither probed nor asked for its models.",
  tags,
  request: { params: idParams, query: z.strictObject(releaseQuery) },
  responses: { 200: jsonAnswer(providerSchema, "Out of use"), default: problemAnswer },
});

const review = createRoute({
  method: "post",
  path: "/providers/{id}/models/review",
  summary: "Take note of the models discovered so far",
  description: "None of them counts as new any more.",
  tags: ["models"],
  request,
  responses: { 200: jsonAnswer(providerSchema, "The provider"), default: problemAnswer },
});

/** What changes the state of a provider, not its settings. */
export function providerStateRoutes() {
  return createRouter()
    .openapi(probe, async (c) => {
      const ref = { orgId: c.get("orgId"), providerId: c.req.valid("param").id };
      const { result, provider } = await probeProvider(c.get("services"), ref);
      return c.json(
        { result: toCheckResult(result), provider: toProvider(provider, c.get("services")) },
        200,
      );
    })
    .openapi(enable, async (c) => {
      const ref = { orgId: c.get("orgId"), providerId: c.req.valid("param").id };
      return c.json(toProvider(await enableProvider(c.get("services"), ref), c.get("services")), 200);
    })
    .openapi(disable, async (c) => {
      const ref = { orgId: c.get("orgId"), providerId: c.req.valid("param").id };
      const mode = c.req.valid("query");
      return c.json(
        toProvider(await disableProvider(c.get("services"), { ...ref, mode }), c.get("services")),
        200,
      );
    })
    .openapi(review, async (c) => {
      const ref = { orgId: c.get("orgId"), providerId: c.req.valid("param").id };
      return c.json(toProvider(await reviewModels(c.get("services"), ref), c.get("services")), 200);
    });
}
