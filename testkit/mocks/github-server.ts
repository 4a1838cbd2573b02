import {
  type AuthorizationServerOptions,
  type MockAuthorizationServer,
  startAuthorizationServer,
} from "./authorization-server.ts";

/** Starts a GitHub, web and API on one origin: a user agent is a must, and sign-ins are refused with status 200. */
export function startGitHubMock(options: AuthorizationServerOptions): MockAuthorizationServer {
  return startAuthorizationServer({
    ...options,
    dialect: {
      paths: { authorize: "/login/oauth/authorize", token: "/login/oauth/access_token" },
      refusalStatus: 200,
      codes: {
        badCode: "bad_verification_code",
        badRefresh: "bad_refresh_token",
        badClient: "incorrect_client_credentials",
      },
      answer: ({ access, refresh, scope, expiresIn }) => ({
        access_token: access,
        token_type: "bearer",
        scope: scope.replaceAll(" ", ","),
        ...(refresh !== undefined && { refresh_token: refresh, refresh_token_expires_in: 15_897_600 }),
        ...(expiresIn !== undefined && { expires_in: expiresIn }),
      }),
      api(request, token) {
        if (new URL(request.url).pathname !== "/user") return undefined;
        if (request.headers.get("user-agent") === null) return new Response("canary", { status: 403 });
        if (token === undefined) return Response.json({ message: "Bad credentials" }, { status: 401 });
        const user = { login: "octocat", id: 583231, type: "User", name: "canary" };
        return Response.json(user, { headers: { "x-oauth-scopes": "repo, read:org" } });
      },
    },
  });
}
