import { z } from "@hono/zod-openapi";
import { actionsOf, type ResourceKind } from "../../services/allowed-actions.ts";

/** What the caller may do with a resource of this kind now. */
export function allowedActionsSchema(kind: ResourceKind) {
  return z.array(z.enum(actionsOf(kind))).describe("What the caller may do with it now");
}
