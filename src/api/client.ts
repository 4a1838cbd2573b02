import type { z } from "@hono/zod-openapi";
import { hc } from "hono/client";
import { problemSchema } from "./problem/problem-document.ts";
import type { auditRoutes } from "./routes/audit.ts";
import type { authRoutes } from "./routes/auth.ts";
import type { configRoutes } from "./routes/config.ts";
import type { connectionRoutes } from "./routes/connections.ts";
import type { connectorRoutes } from "./routes/connectors.ts";
import type { driverRoutes } from "./routes/drivers.ts";
import type { explainRoutes } from "./routes/explain.ts";
import type { invitationRoutes } from "./routes/invitations.ts";
import type { keyRoutes } from "./routes/keys.ts";
import type { memberRoutes } from "./routes/members.ts";
import type { modelRoutes } from "./routes/models.ts";
import type { moveRoutes } from "./routes/moves.ts";
import type { orgRoutes } from "./routes/org.ts";
import type { orgsRoutes } from "./routes/orgs.ts";
import type { profileRoutes } from "./routes/profiles.ts";
import type { providerActionRoutes } from "./routes/provider-actions.ts";
import type { providerSignInRoutes } from "./routes/provider-sign-in.ts";
import type { providerStateRoutes } from "./routes/provider-state.ts";
import type { providerRoutes } from "./routes/providers.ts";
import type { requestRoutes } from "./routes/requests.ts";
import type { resolveRoutes } from "./routes/resolve.ts";
import type { routeRoutes } from "./routes/routes.ts";
import type { secretsRoutes } from "./routes/secrets.ts";
import type { settingsRoutes } from "./routes/settings.ts";
import type { usageRoutes } from "./routes/usage.ts";

/** What went wrong, in the server's own words. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiProblem";
    this.problem = problem;
  }
}

type Problem = z.infer<typeof problemSchema>;

type Answered<Response extends JsonResponse> = Exclude<Awaited<ReturnType<Response["json"]>>, Problem>;

interface JsonResponse {
  readonly ok: boolean;
  json(): Promise<unknown>;
}

/** The body of a successful answer. Throws `ApiProblem` for every other. */
export async function answerOf<Response extends JsonResponse>(
  response: Response,
): Promise<Answered<Response>> {
  const body = await response.json();
  if (!response.ok) throw new ApiProblem(problemSchema.parse(body));
  // The contract: a success never has a problem's body.
  return body as Answered<Response>;
}

export interface ApiClientOptions {
  /** Where Penstock is, e.g. `https://penstock.example`; no slash at the end. */
  readonly url: string;
  /** A key with the scope `admin` or `read`; without one the browser's session counts. */
  readonly key?: string;
  /** The org to act in, for people who belong to several. */
  readonly org?: string;
  readonly fetch?: typeof fetch;
}

/**
 * The REST API with the types of its contract, for the console and embedders: parameters, bodies and answers are those
 * of the routes themselves, so a change of the contract that breaks a caller does not compile. By resource:
 * `await answerOf(await client.keys.keys.$post({ query: {}, json: { name: "ci" } }))`.
 */
export function createApiClient(options: ApiClientOptions) {
  const base = `${options.url}/api/v1`;
  const headers = {
    ...(options.key !== undefined && { authorization: `Bearer ${options.key}` }),
    ...(options.org !== undefined && { "x-penstock-org": options.org }),
  };
  const init = { headers, ...(options.fetch !== undefined && { fetch: options.fetch }) };
  return {
    audit: hc<ReturnType<typeof auditRoutes>>(base, init),
    auth: hc<ReturnType<typeof authRoutes>>(base, init),
    config: hc<ReturnType<typeof configRoutes>>(base, init),
    connections: hc<ReturnType<typeof connectionRoutes>>(base, init),
    connectors: hc<ReturnType<typeof connectorRoutes>>(base, init),
    drivers: hc<ReturnType<typeof driverRoutes>>(base, init),
    explain: hc<ReturnType<typeof explainRoutes>>(base, init),
    invitations: hc<ReturnType<typeof invitationRoutes>>(base, init),
    keys: hc<ReturnType<typeof keyRoutes>>(base, init),
    members: hc<ReturnType<typeof memberRoutes>>(base, init),
    models: hc<ReturnType<typeof modelRoutes>>(base, init),
    moves: hc<ReturnType<typeof moveRoutes>>(base, init),
    org: hc<ReturnType<typeof orgRoutes>>(base, init),
    orgs: hc<ReturnType<typeof orgsRoutes>>(base, init),
    profiles: hc<ReturnType<typeof profileRoutes>>(base, init),
    providerActions: hc<ReturnType<typeof providerActionRoutes>>(base, init),
    providerSignIn: hc<ReturnType<typeof providerSignInRoutes>>(base, init),
    providerState: hc<ReturnType<typeof providerStateRoutes>>(base, init),
    providers: hc<ReturnType<typeof providerRoutes>>(base, init),
    requests: hc<ReturnType<typeof requestRoutes>>(base, init),
    resolve: hc<ReturnType<typeof resolveRoutes>>(base, init),
    routes: hc<ReturnType<typeof routeRoutes>>(base, init),
    secrets: hc<ReturnType<typeof secretsRoutes>>(base, init),
    settings: hc<ReturnType<typeof settingsRoutes>>(base, init),
    usage: hc<ReturnType<typeof usageRoutes>>(base, init),
  };
}
