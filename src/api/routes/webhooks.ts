import { createRoute, z } from "@hono/zod-openapi";
import { createWebhook } from "../../services/webhooks/create.ts";
import { getWebhook } from "../../services/webhooks/get.ts";
import { listWebhooks } from "../../services/webhooks/list.ts";
import { listDeliveries } from "../../services/webhooks/list-deliveries.ts";
import { removeWebhook } from "../../services/webhooks/remove.ts";
import { rotateWebhookSecret } from "../../services/webhooks/rotate-secret.ts";
import { sendTestMessage } from "../../services/webhooks/send-test.ts";
import { updateWebhook } from "../../services/webhooks/update.ts";
import { createRouter } from "../router.ts";
import {
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  searchQuery,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import {
  createWebhookSchema,
  deliverySchema,
  deliveryStatusSchema,
  rotateWebhookSecretSchema,
  toDelivery,
  toWebhook,
  updateWebhookSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from "../schemas/webhook.ts";

const tags = ["webhooks"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/webhooks",
  summary: "Webhooks",
  tags,
  request: {
    query: z.strictObject({ ...pageQuery, sort: sortQuery(["name"]), query: searchQuery("the name") }),
  },
  responses: { 200: jsonAnswer(pageSchema(webhookSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/webhooks",
  summary: "Make a webhook",
  tags,
  request: { query: noQuery, body: jsonBody(createWebhookSchema) },
  responses: {
    201: jsonAnswer(webhookWithSecretSchema, "Made; `secret` is shown this once"),
    default: problemAnswer,
  },
});

const get = createRoute({
  method: "get",
  path: "/webhooks/{id}",
  summary: "One webhook",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(webhookSchema, "The webhook"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/webhooks/{id}",
  summary: "Change a webhook",
  description: "A field left out is kept. Messages on their way go to the new URL.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(updateWebhookSchema) },
  responses: { 200: jsonAnswer(webhookSchema, "Changed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/webhooks/{id}",
  summary: "Remove a webhook",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Removed, with what was on its way to it" }, default: problemAnswer },
});

const rotate = createRoute({
  method: "post",
  path: "/webhooks/{id}/rotate-secret",
  summary: "Give a webhook a new secret",
  description:
    "Until the grace ends each message has two signatures, of the new secret and of the one before.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(rotateWebhookSecretSchema) },
  responses: {
    200: jsonAnswer(webhookWithSecretSchema, "Rotated; `secret` is shown this once"),
    default: problemAnswer,
  },
});

const sendTest = createRoute({
  method: "post",
  path: "/webhooks/{id}/test",
  summary: "Send a test message",
  description: "Sent once, also to a webhook that is disabled; how it went is in the answer.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(deliverySchema, "Sent, or why not"), default: problemAnswer },
});

const deliveries = createRoute({
  method: "get",
  path: "/webhooks/{id}/deliveries",
  summary: "What was told to a webhook, and what is to be",
  description: "The newest first. Kept for 60 days.",
  tags,
  request: {
    params: idParams,
    query: z.strictObject({ ...pageQuery, sort: sortQuery([]), status: deliveryStatusSchema.optional() }),
  },
  responses: { 200: jsonAnswer(pageSchema(deliverySchema), "One page"), default: problemAnswer },
});

/** Where the org's events are told. */
export function webhookRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listWebhooks(c.get("services"), { orgId: c.get("orgId"), ...c.req.valid("query") });
      return c.json(
        toPage(page, (each) => toWebhook(each, c.get("services"))),
        200,
      );
    })
    .openapi(create, async (c) => {
      const { webhook, secret } = await createWebhook(c.get("services"), {
        orgId: c.get("orgId"),
        ...c.req.valid("json"),
      });
      return c.json({ ...toWebhook(webhook, c.get("services")), secret: secret.reveal() }, 201);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), webhookId: c.req.valid("param").id };
      return c.json(toWebhook(await getWebhook(c.get("services"), ref), c.get("services")), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), webhookId: c.req.valid("param").id };
      const webhook = await updateWebhook(c.get("services"), { ...ref, ...c.req.valid("json") });
      return c.json(toWebhook(webhook, c.get("services")), 200);
    })
    .openapi(remove, async (c) => {
      await removeWebhook(c.get("services"), { orgId: c.get("orgId"), webhookId: c.req.valid("param").id });
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const { webhook, secret } = await rotateWebhookSecret(c.get("services"), {
        orgId: c.get("orgId"),
        webhookId: c.req.valid("param").id,
        graceSeconds: c.req.valid("json").grace_seconds,
      });
      return c.json({ ...toWebhook(webhook, c.get("services")), secret: secret.reveal() }, 200);
    })
    .openapi(sendTest, async (c) => {
      const ref = { orgId: c.get("orgId"), webhookId: c.req.valid("param").id };
      return c.json(toDelivery(await sendTestMessage(c.get("services"), ref)), 200);
    })
    .openapi(deliveries, async (c) => {
      const ref = { orgId: c.get("orgId"), webhookId: c.req.valid("param").id };
      const page = await listDeliveries(c.get("services"), { ...ref, ...c.req.valid("query") });
      return c.json(toPage(page, toDelivery), 200);
    });
}
