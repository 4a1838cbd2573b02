import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { startOpenRouterMock } from "./openrouter-server.ts";

/** An OpenRouter whose users can sign in. */
export interface OpenRouterWithSignIn extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  /** Where the browser is sent after its user said yes. */
  consent(authorizeUrl: string): Promise<string>;
  close(): Promise<void>;
}

/** Source: the `auth/keys` endpoint of OpenRouter's API reference. */
const exchange = z.strictObject({
  code: z.string(),
  code_verifier: z.string().min(43),
  code_challenge_method: z.literal("S256"),
});

/** Starts the mock of its API behind a page `/auth` and the exchange of codes for keys. */
export function startOpenRouterWithSignIn(): OpenRouterWithSignIn {
  const vendor = startOpenRouterMock();
  const challenges = new Map<string, string>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url);
      if (pathname === "/auth") return authorize(searchParams);
      if (pathname === "/api/v1/auth/keys" && request.method === "POST") return keyFor(await request.json());
      const { method, headers } = request;
      const body = method === "POST" ? await request.text() : undefined;
      return fetch(`${vendor.url}${pathname}${search}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      });
    },
  });

  function authorize(query: URLSearchParams): Response {
    const back = URL.parse(query.get("callback_url") ?? "");
    const challenge = query.get("code_challenge");
    if (back === null || challenge === null || query.get("code_challenge_method") !== "S256")
      return new Response("canary", { status: 400 });
    const code = randomBytes(12).toString("hex");
    challenges.set(code, challenge);
    back.searchParams.set("code", code);
    return Response.redirect(back.href, 302);
  }

  function keyFor(body: unknown): Response {
    const asked = exchange.safeParse(body).data;
    const proof = createHash("sha256")
      .update(asked?.code_verifier ?? "")
      .digest("base64url");
    const challenge = challenges.get(asked?.code ?? "");
    challenges.delete(asked?.code ?? "");
    if (asked === undefined || challenge !== proof)
      return Response.json({ error: { code: 403, message: "canary" } }, { status: 403 });
    return Response.json({ key: vendor.apiKey, user_id: "user_1" });
  }

  const close = async () => {
    await Promise.all([vendor.close(), server.stop(true)]);
  };
  return {
    url: `http://127.0.0.1:${server.port}/api/v1`,
    apiKey: vendor.apiKey,
    async consent(authorizeUrl) {
      const response = await fetch(authorizeUrl, { redirect: "manual" });
      const location = response.headers.get("location");
      if (location === null) throw new Error(`no way back: ${await response.text()}`);
      return location;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
