import {
  type AuthorizationServerOptions,
  type MockAuthorizationServer,
  startAuthorizationServer,
} from "./authorization-server.ts";

/** Starts a Slack without PKCE: every answer has status 200 and says `ok`, tokens of users stand apart. */
export function startSlackMock(options: AuthorizationServerOptions): MockAuthorizationServer {
  return startAuthorizationServer({
    ...options,
    dialect: {
      paths: { authorize: "/oauth/v2/authorize", token: "/api/oauth.v2.access" },
      clientAuth: "basic",
      refusalStatus: 200,
      refusal: { ok: false },
      scopeParameter: "user_scope",
      pkce: "refused",
      codes: {
        badCode: "invalid_code",
        badRefresh: "invalid_refresh_token",
        badClient: "bad_client_secret",
      },
      answer: ({ access, refresh, scope, expiresIn }) => ({
        ok: true,
        app_id: "A1",
        team: { id: "T1", name: "Acme" },
        authed_user: {
          id: "U1",
          scope,
          access_token: access,
          token_type: "user",
          ...(refresh !== undefined && { refresh_token: refresh }),
          ...(expiresIn !== undefined && { expires_in: expiresIn }),
        },
      }),
      api(request, token) {
        if (new URL(request.url).pathname !== "/api/auth.test") return undefined;
        if (request.method !== "POST" || token === undefined)
          return Response.json({ ok: false, error: "invalid_auth" });
        return Response.json({ ok: true, user: "ada", user_id: "U1", team: "Acme", team_id: "T1" });
      },
    },
  });
}
