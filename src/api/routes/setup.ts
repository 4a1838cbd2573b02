import { Hono } from "hono";
import { verifySetupToken } from "../../services/bootstrap/verify-setup-token.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import type { ApiOptions } from "../api-options.ts";
import { setupPage, setupRefusedPage } from "../setup-page.ts";

/** The page behind the first start's one-time link; anybody without its token learns nothing. */
export function setupRoutes(options: ApiOptions): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().get("/setup", async (c) => {
    const token = c.req.query("token") ?? "";
    if (token === "" || !(await verifySetupToken(options.services, { token }))) {
      return c.html(setupRefusedPage(), 403);
    }
    return c.html(setupPage(options));
  });
}
