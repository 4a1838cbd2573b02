import { bodyLimit } from "hono/body-limit";
import { PenstockError } from "../errors/penstock-error.ts";
import { cookieName } from "../services/identity/session-cookie.ts";
import { allowedMethods } from "./allowed-methods.ts";
import type { ApiOptions } from "./api-options.ts";
import { buildDocument } from "./document.ts";
import { anonymous, bearsSession } from "./middleware/anonymous.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { conditional } from "./middleware/conditional.ts";
import { idempotency } from "./middleware/idempotency.ts";
import { negotiate } from "./middleware/negotiate.ts";
import { requestId } from "./middleware/request-id.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { wellFormed } from "./middleware/well-formed.ts";
import { answerError } from "./problem/answer-error.ts";
import { referenceRoutes } from "./reference/reference-routes.ts";
import { createRouter } from "./router.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth.ts";
import { configRoutes } from "./routes/config.ts";
import { connectionRoutes } from "./routes/connections.ts";
import { connectorRoutes } from "./routes/connectors.ts";
import { driverRoutes } from "./routes/drivers.ts";
import { explainRoutes } from "./routes/explain.ts";
import { invitationLinkRoutes } from "./routes/invitation-links.ts";
import { invitationRoutes } from "./routes/invitations.ts";
import { invitePageRoutes } from "./routes/invite-page.ts";
import { keyRoutes } from "./routes/keys.ts";
import { limitRoutes } from "./routes/limits.ts";
import { memberRoutes } from "./routes/members.ts";
import { modelRoutes } from "./routes/models.ts";
import { moveRoutes } from "./routes/moves.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { oidcRoutes } from "./routes/oidc.ts";
import { orgRoutes } from "./routes/org.ts";
import { orgsRoutes } from "./routes/orgs.ts";
import { passwordResetLinkRoutes } from "./routes/password-reset-links.ts";
import { passwordResetPageRoutes } from "./routes/password-reset-page.ts";
import { priceRoutes } from "./routes/prices.ts";
import { profileRoutes } from "./routes/profiles.ts";
import { providerActionRoutes } from "./routes/provider-actions.ts";
import { providerSignInRoutes } from "./routes/provider-sign-in.ts";
import { providerStateRoutes } from "./routes/provider-state.ts";
import { providerRoutes } from "./routes/providers.ts";
import { reconciliationRoutes } from "./routes/reconciliation.ts";
import { requestRoutes } from "./routes/requests.ts";
import { resolveRoutes } from "./routes/resolve.ts";
import { routeRoutes } from "./routes/routes.ts";
import { secretsRoutes } from "./routes/secrets.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { setupPageRoutes, setupRoutes } from "./routes/setup.ts";
import { usageRoutes } from "./routes/usage.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

const maxBodyBytes = 1024 * 1024;

/** A request handler over the web's own types, so that the composition root needs no framework. */
export interface Api {
  /** `address`: the client's, as far as the server can tell. */
  fetch(request: Request, address?: string): Response | Promise<Response>;
  /** The same, for tests: a path is enough. */
  request(path: string, init?: RequestInit, address?: string): Response | Promise<Response>;
}

/** The control plane's HTTP edge: `/api/v1/…` behind an admin key, `/api/v1/openapi.json`, and `/setup`. */
export function createApi(options: ApiOptions): Api {
  const { services } = options;
  const app = createRouter();
  app.onError((thrown, c) => answerError(c, { thrown, log: services.log }));
  const definitions = () => app.openAPIRegistry.definitions;
  app.use("*", requestId(services.newId), securityHeaders);
  app.use("/api/v1/*", negotiate(definitions));
  app.use(
    "*",
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new PenstockError("body_too_large", { fields: { limit: maxBodyBytes } });
      },
    }),
  );
  app.use("*", wellFormed);
  app.route("/", setupPageRoutes(options));
  app.route("/", invitePageRoutes(services));
  app.route("/", passwordResetPageRoutes(services));
  const document = once(() => buildDocument(app, options));
  app.get("/api/v1/openapi.json", (c) => c.json(document()));
  app.route("/", referenceRoutes(document));
  app.openAPIRegistry.registerComponent("securitySchemes", "adminKey", {
    type: "http",
    scheme: "bearer",
    description: "A key (`psk_…`) with the scope `admin`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: cookieName(services.publicUrl),
    description: "What signing in leaves; for pages of this server only",
  });
  // Before keys and sessions are asked for: these need none, or ask for it themselves.
  for (const path of [
    "/setup",
    "/auth/*",
    "/oauth/callback",
    "/invitations/preview",
    "/invitations/accept",
  ]) {
    app.use(`/api/v1${path}`, anonymous(services));
  }
  for (const path of [
    "/auth/session",
    "/auth/sessions/*",
    "/auth/sessions",
    "/auth/sign-out",
    "/auth/password",
  ]) {
    app.use(`/api/v1${path}`, bearsSession(services));
  }
  app.route("/api/v1", setupRoutes());
  app.route("/api/v1", authRoutes());
  app.route("/api/v1", passwordResetLinkRoutes());
  app.route("/api/v1", oidcRoutes());
  app.route("/api/v1", oauthRoutes());
  app.route("/api/v1", invitationLinkRoutes());
  app.use("/api/v1/*", authenticate(services), idempotency, conditional(definitions));
  app.route("/api/v1", connectorRoutes());
  app.route("/api/v1", connectionRoutes());
  app.route("/api/v1", providerSignInRoutes());
  // Before `/providers/{id}`: `check` is not an id.
  app.route("/api/v1", providerActionRoutes());
  app.route("/api/v1", providerStateRoutes());
  app.route("/api/v1", providerRoutes());
  app.route("/api/v1", driverRoutes());
  app.route("/api/v1", modelRoutes());
  app.route("/api/v1", moveRoutes());
  app.route("/api/v1", explainRoutes(options));
  app.route("/api/v1", routeRoutes());
  app.route("/api/v1", limitRoutes());
  app.route("/api/v1", profileRoutes());
  app.route("/api/v1", settingsRoutes());
  app.route("/api/v1", keyRoutes());
  app.route("/api/v1", auditRoutes());
  app.route("/api/v1", secretsRoutes());
  app.route("/api/v1", orgRoutes());
  app.route("/api/v1", orgsRoutes());
  app.route("/api/v1", memberRoutes());
  app.route("/api/v1", invitationRoutes());
  app.route("/api/v1", configRoutes());
  app.route("/api/v1", resolveRoutes(options.resolve));
  app.route("/api/v1", requestRoutes());
  app.route("/api/v1", usageRoutes());
  app.route("/api/v1", webhookRoutes());
  app.route("/api/v1", reconciliationRoutes());
  app.route("/api/v1", priceRoutes());
  app.notFound((c) => {
    const allowed = allowedMethods(definitions(), c.req.path);
    throw allowed.length === 0
      ? new PenstockError("not_found", { fields: { what: "no such path" } })
      : new PenstockError("method_not_allowed", {
          fields: { method: c.req.method, allowed: allowed.join(" or ") },
          headers: { allow: allowed.join(", ") },
        });
  });
  return {
    fetch: (request, address) => app.fetch(request, { address }),
    request: (path, init, address) => app.request(path, init, { address }),
  };
}

/** The contract is the same for every request, and costs more than most. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
