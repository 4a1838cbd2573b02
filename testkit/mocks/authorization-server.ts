import { createHash, randomBytes } from "node:crypto";

/** How one service's sign-in differs from RFC 6749. */
export interface SignInDialect {
  readonly paths: { readonly authorize: string; readonly token: string };
  readonly clientAuth: "post" | "basic";
  /** What a refusal of the token endpoint is answered with; GitHub and Slack say 200. */
  readonly refusalStatus: number;
  readonly scopeParameter: string;
  readonly pkce: "required" | "refused";
  /** Besides `error` in a refusal. */
  readonly refusal?: Readonly<Record<string, unknown>>;
  readonly codes: { readonly badCode: string; readonly badRefresh: string; readonly badClient: string };
  /** The token answer. */
  answer(issued: IssuedTokens): Readonly<Record<string, unknown>>;
  /** The service's own API, with a good token or without one. */
  api(request: Request, token: string | undefined): Response | undefined;
}

export interface IssuedTokens {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly scope: string;
  readonly expiresIn: number | undefined;
}

export interface AuthorizationServerOptions {
  readonly dialect?: Partial<SignInDialect>;
  readonly redirectUri: string;
  /** Seconds a token lives; null: for ever, without a refresh token. */
  readonly expiresIn?: number | null;
  /** The `iss` it comes back with; none unless told. */
  readonly issuer?: string;
  /** A key that its API takes besides tokens. */
  readonly apiKey?: string;
  /** Milliseconds an answer of the token endpoint takes. */
  readonly delayMs?: number;
  readonly port?: number;
}

/** An authorization server, and the API behind it, that runs. */
export interface MockAuthorizationServer extends AsyncDisposable {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Grants asked for at the token endpoint so far. */
  readonly grants: readonly string[];
  /** Refusals of a refresh token that was used before: the family was revoked then. */
  readonly reuses: () => number;
  /** Where the browser is sent after its user said yes, or no. */
  consent(authorizeUrl: string, options?: { readonly deny?: string }): Promise<string>;
  accepts(token: string): boolean;
  /** Access tokens issued so far are no longer good. */
  revokeAccess(): void;
  /** Neither are refresh tokens. */
  revokeAll(): void;
  close(): Promise<void>;
}

const plain: SignInDialect = {
  paths: { authorize: "/authorize", token: "/token" },
  clientAuth: "post",
  refusalStatus: 400,
  scopeParameter: "scope",
  pkce: "required",
  codes: { badCode: "invalid_grant", badRefresh: "invalid_grant", badClient: "invalid_client" },
  answer: ({ access, refresh, scope, expiresIn }) => ({
    access_token: access,
    token_type: "Bearer",
    scope,
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
  }),
  api: (request, token) => {
    if (new URL(request.url).pathname !== "/me") return undefined;
    return token === undefined
      ? Response.json({ error: "canary" }, { status: 401 })
      : Response.json({ sub: "user-7", preferred_username: "ada" });
  },
};

interface Grant {
  readonly challenge: string | undefined;
  readonly scope: string;
}

/** Starts a strict authorization server with one client: exact redirect URI, PKCE, codes and refresh tokens good once. */
export function startAuthorizationServer(options: AuthorizationServerOptions): MockAuthorizationServer {
  const dialect = { ...plain, ...options.dialect };
  const clientId = "client-of-tests";
  const clientSecret = "s3cr~t+canary/of:the=client";
  const codes = new Map<string, Grant>();
  const good = new Map<string, number>();
  const refreshes = new Map<string, string>();
  const spent = new Set<string>();
  const grants: string[] = [];
  let reuses = 0;

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === dialect.paths.authorize) return authorize(new URL(request.url).searchParams);
      if (pathname === dialect.paths.token) {
        const form = new URLSearchParams(await request.text());
        if (options.delayMs !== undefined) await Bun.sleep(options.delayMs);
        return token(request, form);
      }
      const presented = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
      const known = presented !== undefined && (accepts(presented) || presented === options.apiKey);
      return dialect.api(request, known ? presented : undefined) ?? new Response("canary", { status: 404 });
    },
  });

  function authorize(query: URLSearchParams): Response {
    const back = query.get("redirect_uri") ?? "";
    if (query.get("client_id") !== clientId || back !== options.redirectUri)
      return new Response("canary: unknown client or redirect URI", { status: 400 });
    const challenge = query.get("code_challenge") ?? undefined;
    const method = query.get("code_challenge_method");
    const badPkce = dialect.pkce === "required" ? method !== "S256" : challenge !== undefined;
    const target = new URL(back);
    target.searchParams.set("state", query.get("state") ?? "");
    if (options.issuer !== undefined) target.searchParams.set("iss", options.issuer);
    if (badPkce || query.get("response_type") !== "code") target.searchParams.set("error", "invalid_request");
    else {
      const code = `code-${randomBytes(9).toString("hex")}`;
      codes.set(code, { challenge, scope: query.get(dialect.scopeParameter) ?? "" });
      target.searchParams.set("code", code);
    }
    return Response.redirect(target.href, 302);
  }

  function token(request: Request, form: URLSearchParams): Response {
    const type = form.get("grant_type") ?? "";
    grants.push(type);
    if (!isClient(request.headers, form)) return refuse(dialect.codes.badClient);
    if (type === "refresh_token") return refresh(form.get("refresh_token") ?? "");
    const code = form.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    const verifier = form.get("code_verifier");
    const proof = verifier === null ? undefined : createHash("sha256").update(verifier).digest("base64url");
    const fits = proof === grant?.challenge && form.get("redirect_uri") === options.redirectUri;
    return grant === undefined || !fits ? refuse(dialect.codes.badCode) : issue(grant.scope);
  }

  function refresh(used: string): Response {
    const scope = refreshes.get(used);
    if (scope !== undefined) {
      refreshes.delete(used);
      spent.add(used);
      return issue(scope);
    }
    if (spent.has(used)) {
      // RFC 9700 §4.14.2: a refresh token that is used twice was stolen from somebody.
      reuses++;
      refreshes.clear();
      good.clear();
    }
    return refuse(dialect.codes.badRefresh);
  }

  function issue(scope: string): Response {
    const expiresIn = options.expiresIn === null ? undefined : (options.expiresIn ?? 3600);
    const access = `at-canary-${randomBytes(9).toString("hex")}`;
    good.set(access, Date.now() + (expiresIn ?? 1e9) * 1000);
    const next = expiresIn === undefined ? undefined : `rt-canary-${randomBytes(9).toString("hex")}`;
    if (next !== undefined) refreshes.set(next, scope);
    return Response.json(dialect.answer({ access, refresh: next, scope, expiresIn }));
  }

  function refuse(error: string): Response {
    return Response.json(
      { ...dialect.refusal, error, error_description: "canary" },
      { status: dialect.refusalStatus },
    );
  }

  function isClient(headers: Headers, form: URLSearchParams): boolean {
    const basic = /^Basic (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
    if (dialect.clientAuth === "post")
      return (
        basic === undefined &&
        form.get("client_id") === clientId &&
        form.get("client_secret") === clientSecret
      );
    const [id = "", secret = ""] = Buffer.from(basic ?? "", "base64")
      .toString()
      .split(":");
    const pair = new URLSearchParams(`id=${id}&secret=${secret}`);
    return pair.get("id") === clientId && pair.get("secret") === clientSecret && !form.has("client_secret");
  }

  const accepts = (presented: string) => (good.get(presented) ?? 0) > Date.now();
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    clientId,
    clientSecret,
    grants,
    reuses: () => reuses,
    async consent(authorizeUrl, { deny } = {}) {
      const response = await fetch(authorizeUrl, { redirect: "manual" });
      const location = response.headers.get("location");
      if (location === null) throw new Error(`no way back: ${await response.text()}`);
      if (deny === undefined) return location;
      const denied = new URL(location);
      denied.searchParams.delete("code");
      denied.searchParams.set("error", deny);
      denied.searchParams.set("error_description", "canary");
      return denied.href;
    },
    accepts,
    revokeAccess: () => good.clear(),
    revokeAll() {
      good.clear();
      refreshes.clear();
    },
    close: () => server.stop(true),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
