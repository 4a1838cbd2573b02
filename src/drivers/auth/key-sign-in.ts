import { Secret } from "../../secrets/secret.ts";
import type { DriverContext } from "../driver.ts";
import { joinUrl } from "../shared/base-url.ts";
import { getJson } from "../shared/get-json.ts";
import { readObject, readText } from "../shared/read-value.ts";
import { toUpstreamError } from "../shared/vendor-failure.ts";
import type { SignIn } from "./sign-in.ts";

/** A vendor that gives an ordinary API key for a code, without a registered client. */
export interface KeySignInOptions {
  readonly driver: string;
  readonly baseUrl: (context: DriverContext) => string;
  /** The page, a path of the vendor's origin. */
  readonly page: string;
  /** The exchange, a path below the base URL. */
  readonly exchange: string;
}

const timeoutMs = 10_000;

/** Sign-in by PKCE alone. The vendor knows no `state`, so it travels in the URL that its user comes back to. */
export function keySignIn({ driver, baseUrl, page, exchange }: KeySignInOptions): SignIn {
  return {
    fills: ["api_key"],
    problem: () => undefined,
    authorizeUrl(context, { redirectUri, state, challenge }) {
      const callback = new URL(redirectUri);
      callback.searchParams.set("state", state);
      const url = new URL(page, baseUrl(context));
      url.searchParams.set("callback_url", callback.href);
      url.searchParams.set("code_challenge", challenge);
      url.searchParams.set("code_challenge_method", "S256");
      return url.href;
    },
    async exchange(context, { code, verifier, fetch }) {
      const answer = await getJson({
        baseUrl: baseUrl(context),
        url: joinUrl(baseUrl(context), exchange),
        headers: {},
        fetch,
        signal: AbortSignal.timeout(timeoutMs),
        body: JSON.stringify({
          code: code.reveal(),
          code_verifier: verifier.reveal(),
          code_challenge_method: "S256",
        }),
        isRefusal: ({ status }) => status === 400 || status === 403,
      });
      if (!answer.ok) throw toUpstreamError(answer.failure, driver);
      const key = readText(readObject(answer.body)?.key);
      if (key === undefined)
        throw toUpstreamError({ kind: "malformed", reason: "an answer without a key" }, driver);
      return { credential: { api_key: new Secret(key) } };
    },
  };
}
