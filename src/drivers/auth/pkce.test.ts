import { describe, expect, test } from "bun:test";
import { plainFetch } from "../../../testkit/driver-suite.ts";
import { startAuthority } from "../../../testkit/mocks/authority-server.ts";
import { Secret } from "../../secrets/secret.ts";
import { authorizeUrlOf, challengeOf, exchangeCode, pkcePair } from "./pkce.ts";

const redirectUri = "https://penstock.example/callback";

describe("a sign-in", () => {
  test("has the challenge of RFC 7636, appendix B", () => {
    expect(challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
    const { verifier, challenge } = pkcePair(new Uint8Array(32).fill(7));
    expect(verifier.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(challengeOf(verifier.reveal())).toBe(challenge);
    expect(() => pkcePair(new Uint8Array(16))).toThrow(RangeError);
  });

  test("sends the user to the endpoint with everything in the query, and the verifier nowhere", () => {
    const { challenge } = pkcePair(new Uint8Array(32).fill(7));
    const url = new URL(
      authorizeUrlOf({
        authorizeUrl: "https://login.example/authorize?prompt=consent",
        clientId: "c 1",
        redirectUri,
        scope: "a b",
        state: "st",
        challenge,
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      prompt: "consent",
      response_type: "code",
      client_id: "c 1",
      redirect_uri: redirectUri,
      scope: "a b",
      state: "st",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
  });

  test("of a server that refuses PKCE or names scopes otherwise is begun as it wants", () => {
    const url = authorizeUrlOf({
      authorizeUrl: "https://login.example/authorize",
      clientId: "c",
      redirectUri,
      scope: "a,b",
      scopeParameter: "user_scope",
      state: "st",
      challenge: undefined,
    });
    expect([...new URL(url).searchParams.keys()].sort()).toEqual([
      "client_id",
      "redirect_uri",
      "response_type",
      "state",
      "user_scope",
    ]);
  });

  test("ends with tokens for its code, once, and only for whoever has the verifier", async () => {
    const { verifier, challenge } = pkcePair(crypto.getRandomValues(new Uint8Array(32)));
    await using authority = startAuthority({ code: { value: "code-1", challenge, redirectUri } });
    const client = {
      tokenUrl: authority.tokenUrl,
      clientId: authority.clientId,
      clientSecret: new Secret(authority.clientSecret),
      clientAuth: "post",
    } as const;
    const code = new Secret("code-1");
    const exchange = (proof: Secret) =>
      exchangeCode({ client, code, verifier: proof, redirectUri, fetch: plainFetch });
    await expect(exchange(new Secret("x".repeat(43)))).rejects.toMatchObject({
      code: "upstream_credential_rejected",
    });
    const tokens = await exchange(verifier);
    expect(authority.accepts(tokens.token.reveal())).toBe(true);
    expect(tokens.refreshToken?.reveal()).toBe("refresh-of-code");
    await expect(exchange(verifier)).rejects.toMatchObject({ code: "upstream_credential_rejected" });
  });
});
