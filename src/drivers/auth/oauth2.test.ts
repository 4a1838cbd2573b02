import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { plainFetch } from "../../../testkit/driver-suite.ts";
import {
  type AuthorityOptions,
  type MockAuthority,
  startAuthority,
} from "../../../testkit/mocks/authority-server.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { DriverFetch } from "../driver.ts";
import { bearerToken } from "./bearer-token.ts";
import { TokenSource, tokenSourceOf } from "./oauth2.ts";
import { type OAuth2Client, tokenUrlProblem } from "./oauth2-client.ts";
import type { TokenKeeper, TokenRenewal } from "./token-keeper.ts";

function clientOf(authority: MockAuthority, changes: Partial<OAuth2Client> = {}): OAuth2Client {
  return {
    tokenUrl: authority.tokenUrl,
    clientId: authority.clientId,
    clientSecret: new Secret(authority.clientSecret),
    clientAuth: "post",
    grant: { type: "client_credentials" },
    scope: "api/.default",
    ...changes,
  };
}

/** A source with a clock that only moves when told. */
function world(options: AuthorityOptions = {}, changes: Partial<OAuth2Client> = {}) {
  const authority = startAuthority(options);
  const clock = { ms: 1_000_000 };
  const source = new TokenSource(clientOf(authority, changes), { now: () => clock.ms });
  const token = async () => (await source.token(plainFetch)).reveal();
  return { authority, clock, source, token };
}

async function failureOf(promise: Promise<unknown>): Promise<PenstockError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof PenstockError)) throw new TypeError(`not an error of ours: ${String(error)}`);
  return error;
}

describe("a token", () => {
  test("is asked for once by a hundred callers at the same time, and then kept", async () => {
    const { authority, token } = world({ delayMs: 20 });
    await using _ = authority;
    const tokens = await Promise.all(Array.from({ length: 100 }, token));
    expect(new Set(tokens).size).toBe(1);
    expect(await token()).toBe(tokens[0] ?? "");
    expect(authority.requests).toHaveLength(1);
  });

  test("is renewed 120 s before it expires, once", async () => {
    const { authority, clock, token } = world({ expiresIn: 3600 });
    await using _ = authority;
    const first = await token();
    clock.ms += (3600 - 120) * 1000 - 1;
    expect(await token()).toBe(first);
    clock.ms += 1;
    const next = await Promise.all(Array.from({ length: 20 }, token));
    expect(next[0]).not.toBe(first);
    expect(authority.requests).toHaveLength(2);
  });

  test("that lives for less than that is used for half its life", async () => {
    const { authority, clock, token } = world({ expiresIn: 60 });
    await using _ = authority;
    const first = await token();
    clock.ms += 29_999;
    expect(await token()).toBe(first);
    clock.ms += 1;
    expect(await token()).not.toBe(first);
  });

  test.each(["post", "basic"] as const)(
    "is given to a client that proves itself by %s",
    async (clientAuth) => {
      const { authority, token } = world({}, { clientAuth, audience: "https://api.example" });
      await using _ = authority;
      expect(authority.accepts(await token())).toBe(true);
      const [request] = authority.requests;
      expect(request?.form.get("scope")).toBe("api/.default");
      expect(request?.form.get("audience")).toBe("https://api.example");
      expect(request?.form.has("client_secret")).toBe(clientAuth === "post");
    },
  );

  test("of a sign-in is renewed by the refresh token, which the server may replace each time", async () => {
    const grant = { type: "refresh_token", refreshToken: new Secret("refresh-0") } as const;
    const { authority, clock, token } = world({ refreshToken: "refresh-0" }, { grant });
    await using _ = authority;
    for (let i = 0; i < 3; i++) {
      await token();
      clock.ms += 3600 * 1000;
    }
    expect(authority.requests.map(({ form }) => form.get("refresh_token"))).toEqual([
      "refresh-0",
      "refresh-1",
      "refresh-2",
    ]);
  });

  test("is shared by those who have the same client, and by nobody else", async () => {
    await using authority = startAuthority();
    const client = clientOf(authority);
    const headers = await Promise.all(
      [client, { ...client }].map((each) =>
        bearerToken(each)({ method: "POST", url: "https://v.example", headers: {}, body: "" }, plainFetch),
      ),
    );
    expect(headers[0]).toEqual(headers[1] ?? {});
    expect(authority.requests).toHaveLength(1);
    expect(tokenSourceOf({ ...client, clientSecret: new Secret("other") })).not.toBe(tokenSourceOf(client));
    expect(tokenSourceOf({ ...client, scope: "other" })).not.toBe(tokenSourceOf(client));
  });
});

describe("a token that the vendor refuses before its time", () => {
  test("is got anew once, however many callers were refused with it", async () => {
    const { authority, source, token } = world();
    await using _ = authority;
    const first = await token();
    authority.revoke();
    expect(Array.from({ length: 10 }, () => source.refused(first))).toEqual(Array(10).fill(true));
    const next = await Promise.all(Array.from({ length: 10 }, token));
    expect(new Set(next).size).toBe(1);
    expect(authority.accepts(next[0] ?? "")).toBe(true);
    expect(authority.requests).toHaveLength(2);
    // A refusal that comes late speaks of the old one.
    expect(source.refused(first)).toBe(true);
    expect(await token()).toBe(next[0] ?? "");
  });

  test("is kept when the one before was refused just now: this vendor takes none", async () => {
    const { authority, clock, source, token } = world();
    await using _ = authority;
    expect(source.refused(await token())).toBe(true);
    expect(source.refused(await token())).toBe(false);
    expect(authority.requests).toHaveLength(2);
    clock.ms += 30_000;
    expect(source.refused(await token())).toBe(true);
  });
});

describe("a token of a sign-in that is kept elsewhere, too", () => {
  const grant = { type: "refresh_token", refreshToken: new Secret("refresh-0") } as const;
  const token = (value: string, goodUntil: number, expiresAt = goodUntil) => ({
    token: new Secret(value),
    goodUntil,
    expiresAt,
  });

  test("is the keeper's, who is told which one was refused", async () => {
    await using authority = startAuthority();
    const told: TokenRenewal[] = [];
    const keeper: TokenKeeper = {
      renew: async (renewal) => {
        told.push(renewal);
        return token(`kept-${told.length}`, 1000);
      },
    };
    const source = new TokenSource(clientOf(authority, { grant }), { now: () => 0, keeper });
    const first = await source.token(plainFetch);
    expect(first.reveal()).toBe("kept-1");
    expect(source.refused("kept-1")).toBe(true);
    expect((await source.token(plainFetch)).reveal()).toBe("kept-2");
    expect(told.map(({ configured, refused }) => [configured.reveal(), refused?.reveal()])).toEqual([
      ["refresh-0", undefined],
      ["refresh-0", "kept-1"],
    ]);
    expect(authority.requests).toHaveLength(0);
  });

  test("is used to its end when it cannot be renewed, and not beyond", async () => {
    await using authority = startAuthority();
    const clock = { ms: 0 };
    const answers = [token("first", 1000, 60_000)];
    let asked = 0;
    const keeper: TokenKeeper = {
      renew: async () => {
        asked++;
        const answer = answers.shift();
        if (answer === undefined) throw new PenstockError("storage_unavailable");
        return answer;
      },
    };
    const source = new TokenSource(clientOf(authority, { grant }), { now: () => clock.ms, keeper });
    const tokenNow = async () => (await source.token(plainFetch)).reveal();
    expect(await tokenNow()).toBe("first");
    clock.ms = 2000;
    expect([await tokenNow(), await tokenNow(), asked]).toEqual(["first", "first", 2]);
    clock.ms = 12_000;
    expect([await tokenNow(), asked]).toEqual(["first", 3]);
    clock.ms = 60_000;
    expect((await failureOf(tokenNow())).code).toBe("storage_unavailable");
    answers.push(token("second", 90_000));
    expect(await tokenNow()).toBe("second");
  });
});

describe("a refusal", () => {
  test("is told to every caller that waits, and the next one asks again", async () => {
    const { authority, token } = world({ delayMs: 10 });
    await using _ = authority;
    const refused = () => Response.json({ error: "invalid_client" }, { status: 401 });
    authority.answerNext(refused);
    const failures = await Promise.all(Array.from({ length: 10 }, () => failureOf(token())));
    expect(new Set(failures.map(({ code }) => code))).toEqual(
      new Set(["upstream_credential_rejected"] as never),
    );
    expect(authority.requests).toHaveLength(1);
    expect(authority.accepts(await token())).toBe(true);
  });

  test("of a wrong secret names Microsoft's number and nothing that was sent or answered", async () => {
    const { authority, token, source } = world({}, { clientSecret: new Secret("wrong-canary") });
    await using _ = authority;
    const error = await failureOf(token());
    expect(error.code).toBe("upstream_credential_rejected");
    expect(error.fields.reason).toBe("the token endpoint answered invalid_client, AADSTS7000215");
    expect(`${inspect(error)} ${JSON.stringify(error)} ${inspect(source, { depth: 9 })}`).not.toContain(
      "canary",
    );
  });

  test.each<[string, () => Response, string]>([
    [
      "a scope it does not know",
      () => Response.json({ error: "invalid_scope" }, { status: 400 }),
      "provider_misconfigured",
    ],
    [
      "an expired grant",
      () => Response.json({ error: "invalid_grant" }, { status: 400 }),
      "upstream_credential_rejected",
    ],
    ["another path", () => new Response("<canary>", { status: 404 }), "provider_misconfigured"],
    [
      "a redirect",
      () => new Response("", { status: 307, headers: { location: "https://canary.example" } }),
      "provider_misconfigured",
    ],
    [
      "a rate limit",
      () => new Response("", { status: 429, headers: { "retry-after": "3" } }),
      "upstream_rate_limited",
    ],
    ["its own failure", () => new Response("canary", { status: 503 }), "upstream_error"],
    ["no token", () => Response.json({ canary: 1 }), "upstream_malformed"],
    [
      "a token of another kind",
      () => Response.json({ access_token: "canary", token_type: "mac" }),
      "upstream_malformed",
    ],
    ["a token no header holds", () => Response.json({ access_token: "ca\nnary" }), "upstream_malformed"],
    ["a page", () => new Response("<html>canary</html>"), "upstream_malformed"],
    ["an endless page", () => new Response("canary".repeat(20_000)), "upstream_malformed"],
  ])("by %s", async (_name, answer, code) => {
    const { authority, token } = world();
    await using _ = authority;
    authority.answerNext(answer);
    const error = await failureOf(token());
    expect(error.code).toBe(code as never);
    expect(inspect(error)).not.toContain("canary");
    if (code === "upstream_rate_limited") expect(error.retryAfterMs).toBe(3000);
  });

  test("a redirect is not followed with the secret", async () => {
    await using thief = startAuthority();
    const { authority, token } = world();
    await using _ = authority;
    authority.answerNext(() => Response.redirect(thief.tokenUrl, 307));
    await failureOf(token());
    expect(thief.requests).toHaveLength(0);
  });

  test("by the network or by the egress policy says which", async () => {
    const source = () => new TokenSource(clientOf(authority));
    await using authority = startAuthority();
    const broken: DriverFetch = () => Promise.reject(new TypeError("canary"));
    const error = await failureOf(source().token(broken));
    expect([error.code, error.message.includes("canary")]).toEqual(["upstream_unreachable", false]);
    const egress = new PenstockError("invalid_request", {
      fields: { reason: "private addresses are refused" },
    });
    expect(await failureOf(source().token(() => Promise.reject(egress)))).toBe(egress);
  });
});

test.each<[string, string | undefined]>([
  ["https://login.example/token", undefined],
  ["http://localhost:8080/token", undefined],
  ["http://127.0.0.1/token", undefined],
  ["http://login.example/token", "https://"],
  ["http://127.0.0.1.example/token", "https://"],
  ["https://user:secret@login.example/token", "user name"],
  ["https://login.example/token#x", "fragment"],
  ["login.example", "not a URL"],
])("the token URL %p", (url, problem) => {
  const found = tokenUrlProblem(url);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});
