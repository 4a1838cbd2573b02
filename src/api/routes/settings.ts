import { createRoute, z } from "@hono/zod-openapi";
import { getSettings } from "../../services/settings/get.ts";
import { updateSettings } from "../../services/settings/update.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  fromSettingsBody,
  inBodyTerms,
  settingsSchema,
  toSettings,
  updateSettingsSchema,
} from "../schemas/settings.ts";

const tags = ["settings"];
const query = z.strictObject({});

const get = createRoute({
  method: "get",
  path: "/settings",
  summary: "Settings of the organization",
  tags,
  request: { query },
  responses: { 200: jsonAnswer(settingsSchema, "The settings"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/settings",
  summary: "Change settings; omitted keeps, null clears",
  tags,
  request: { query, body: jsonBody(updateSettingsSchema) },
  responses: { 200: jsonAnswer(settingsSchema, "Changed"), default: problemAnswer },
});

/** What holds for all of an org. */
export function settingsRoutes() {
  return createRouter()
    .openapi(get, async (c) => {
      return c.json(toSettings(await getSettings(c.get("services"), { orgId: c.get("orgId") })), 200);
    })
    .openapi(update, async (c) => {
      const changes = fromSettingsBody(c.req.valid("json"));
      const changed = await updateSettings(c.get("services"), { orgId: c.get("orgId"), ...changes }).catch(
        (error: unknown) => {
          throw inBodyTerms(error);
        },
      );
      return c.json(toSettings(changed), 200);
    });
}
