import { createRoute, z } from "@hono/zod-openapi";
import { createRouter } from "../router.ts";
import { jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { driverSchema, toDriver } from "../schemas/driver.ts";

const list = createRoute({
  method: "get",
  path: "/drivers",
  summary: "Drivers and their forms",
  tags: ["drivers"],
  request: { query: z.strictObject({}) },
  responses: {
    200: jsonAnswer(
      z.object({ data: z.array(driverSchema), next_cursor: z.null() }),
      "Every driver this server has",
    ),
    default: problemAnswer,
  },
});

/** What kinds of providers can be registered, and what each must be told. */
export function driverRoutes() {
  return createRouter().openapi(list, (c) => {
    const drivers = [...c.get("services").drivers.values()].map(toDriver);
    return c.json({ data: drivers, next_cursor: null }, 200);
  });
}
