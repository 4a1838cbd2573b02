/** What an authority issues, counts and refuses. */
export interface MockAuthority extends AsyncDisposable {
  /** The origin, without a trailing slash. */
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Every request for a token so far, with its form. */
  readonly requests: readonly AuthorityRequest[];
  /** Whether a token was issued here and has neither expired nor been revoked. */
  accepts(token: string): boolean;
  /** The next requests are answered so, in order. */
  answerNext(...answers: readonly (() => Response | Promise<Response>)[]): void;
  /** Tokens issued so far are no longer good. */
  revoke(): void;
  close(): Promise<void>;
}

/** One request for a token. */
export interface AuthorityRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

export interface AuthorityOptions {
  /** Seconds a token lives. */
  readonly expiresIn?: number;
  /** The only scope it knows; any unless told. */
  readonly scope?: string;
  /** The only tenant it knows, the first part of the path; any unless told. */
  readonly tenant?: string;
  /** A refresh token it takes at first; each use replaces it. */
  readonly refreshToken?: string;
  /** A code it exchanges, with the challenge of its sign-in. */
  readonly code?: { readonly value: string; readonly challenge: string; readonly redirectUri: string };
  /** Milliseconds an answer takes. */
  readonly delayMs?: number;
}

/** Starts an authorization server with one client, whose secret needs form encoding. */
export function startAuthority(options: AuthorityOptions = {}): MockAuthority {
  const clientId = "11111111-2222-3333-4444-555555555555";
  const clientSecret = "s3cr~t+canary/of:the=client";
  const requests: AuthorityRequest[] = [];
  const answers: (() => Response | Promise<Response>)[] = [];
  const good = new Map<string, number>();
  let refreshToken = options.refreshToken;
  let code = options.code;
  let issued = 0;

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(incoming) {
      const request = {
        path: new URL(incoming.url).pathname,
        headers: new Headers(incoming.headers),
        form: new URLSearchParams(await incoming.text()),
      };
      requests.push(request);
      if (options.delayMs !== undefined) await Bun.sleep(options.delayMs);
      return (await answers.shift()?.()) ?? answer(incoming.method, request);
    },
  });

  function answer(method: string, { path, headers, form }: AuthorityRequest): Response {
    if (method !== "POST" || !path.endsWith("/token")) return new Response("Not found", { status: 404 });
    if (!headers.get("content-type")?.startsWith("application/x-www-form-urlencoded"))
      return refuse(400, "invalid_request", "AADSTS900144: The request body must be a form.");
    if (options.tenant !== undefined && !path.startsWith(`/${options.tenant}/`))
      return refuse(400, "invalid_request", "AADSTS90002: Tenant 'canary' not found.");
    const client = clientOf(headers, form);
    if (client === undefined || client.id !== clientId || client.secret !== clientSecret)
      return refuse(
        401,
        "invalid_client",
        `AADSTS7000215: Invalid client secret ${client?.secret} provided.`,
      );
    const scope = form.get("scope");
    if (options.scope !== undefined && scope !== null && scope !== options.scope)
      return refuse(400, "invalid_scope", "AADSTS70011: The provided value for scope is not valid.");
    switch (form.get("grant_type")) {
      case "client_credentials":
        return issue();
      case "refresh_token":
        if (refreshToken === undefined || form.get("refresh_token") !== refreshToken)
          return refuse(400, "invalid_grant", "AADSTS70008: The refresh token has expired.");
        refreshToken = `refresh-${issued + 1}`;
        return issue({ refresh_token: refreshToken });
      case "authorization_code":
        return exchange(form);
      default:
        return refuse(400, "unsupported_grant_type", "AADSTS70003");
    }
  }

  function exchange(form: URLSearchParams): Response {
    const challenge = new Bun.CryptoHasher("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const fits =
      form.get("code") === code?.value &&
      challenge === code?.challenge &&
      form.get("redirect_uri") === code?.redirectUri;
    if (code === undefined || !fits)
      return refuse(400, "invalid_grant", "AADSTS54005: The code was redeemed.");
    // A code is good once.
    code = undefined;
    refreshToken = "refresh-of-code";
    return issue({ refresh_token: refreshToken });
  }

  function issue(more: object = {}): Response {
    const expiresIn = options.expiresIn ?? 3599;
    const token = `eyJ-token-canary-${++issued}`;
    good.set(token, Date.now() + expiresIn * 1000);
    return Response.json({ token_type: "Bearer", expires_in: expiresIn, access_token: token, ...more });
  }

  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    tokenUrl: `${url}/tenant/oauth2/v2.0/token`,
    clientId,
    clientSecret,
    requests,
    accepts: (token) => (good.get(token) ?? 0) > Date.now(),
    answerNext: (...next) => void answers.push(...next),
    revoke: () => good.clear(),
    close: () => server.stop(true),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function clientOf(
  headers: Headers,
  form: URLSearchParams,
): { id: string | null; secret: string | null } | undefined {
  const basic = /^Basic (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (basic === undefined) return { id: form.get("client_id"), secret: form.get("client_secret") };
  // Both ways at once are refused (RFC 6749 §2.3).
  if (form.has("client_secret")) return undefined;
  const [id = "", secret = ""] = Buffer.from(basic, "base64").toString().split(":");
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return { id: decoded.get("id"), secret: decoded.get("secret") };
}

function refuse(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description, error_codes: [1] }, { status });
}
