import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startAuthority } from "../../testkit/mocks/authority-server.ts";
import { startMaiMock } from "../../testkit/mocks/mai-server.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { Secret } from "../secrets/secret.ts";
import azure from "./azure-openai.ts";
import type { DriverContext, DriverFetch, ProviderOptions } from "./driver.ts";
import mai from "./mai.ts";

testDriver({
  driver: mai,
  start: startMaiMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [
    origin,
    `${origin}/`,
    `${origin}/api/projects/p1`,
    `${origin}/openai/v1/chat/completions`,
    `${origin}/openai/v1`,
  ],
  paths: { generate: "/openai/v1/chat/completions", countTokens: undefined },
  knownModel: "MAI-DS-R1",
  emptyList: { object: "list", data: [] },
});

const resource = "https://r.services.ai.azure.com";
const signal = () => new AbortController().signal;

function context(
  credential: Readonly<Record<string, string>>,
  more: { readonly baseUrl?: string; readonly options?: ProviderOptions } = {},
): DriverContext {
  const secrets = Object.entries(credential).map(([name, value]) => [name, new Secret(value)]);
  return {
    baseUrl: more.baseUrl ?? resource,
    credential: Object.fromEntries(secrets),
    options: more.options ?? {},
  };
}

describe("the API of a resource", () => {
  test.each<[string, string, ProviderOptions, string]>([
    [resource, "MAI-Thinking-1", {}, "/mai/v1/chat/completions"],
    [`${resource}/api/projects/p`, "mai-thinking-1", {}, "/mai/v1/chat/completions"],
    [resource, "MAI-DS-R1", {}, "/openai/v1/chat/completions"],
    [`${resource}/mai/v1`, "my-deployment", {}, "/mai/v1/chat/completions"],
    [resource, "my-deployment", { route: "mai" }, "/mai/v1/chat/completions"],
    [resource, "MAI-Thinking-1", { route: "openai" }, "/openai/v1/chat/completions"],
  ])("%s with the model %s and %j", (baseUrl, model, options, path) => {
    const upstream = mai.prepare(context({ api_key: "k" }, { baseUrl, options }), "openai-chat");
    expect(upstream.url({ operation: "generate", model, stream: false })).toBe(`${resource}${path}`);
  });

  test("of another name is refused", () => {
    expect(mai.misconfigured(context({ api_key: "k" }, { options: { route: "other" } }))?.path).toBe(
      "/options/route",
    );
  });
});

describe.each([
  ["mai", mai, "openai-chat"],
  ["azure_openai", azure, "openai-responses"],
] as const)("%s with an Entra client", (_, driver, protocol) => {
  const entra = { tenant_id: "t-1", client_id: "c", client_secret: "s" };

  test.each<[string, Record<string, string>, ProviderOptions, string | undefined]>([
    ["complete", entra, {}, undefined],
    ["nothing", {}, {}, "api_key"],
    ["no tenant", { client_id: "c", client_secret: "s" }, {}, "tenant_id"],
    ["no secret", { tenant_id: "t", client_id: "c" }, {}, "client_secret"],
    ["a key, too", { ...entra, api_key: "k" }, {}, "both"],
    ["a tenant that leads elsewhere", { ...entra, tenant_id: "../x" }, {}, "tenant_id"],
    ["an authority of nobody", entra, { authority: "login.canary.example" }, "authority"],
    ["another cloud", entra, { authority: "login.microsoftonline.us" }, undefined],
    ["two scopes", entra, { scope: "a b" }, "scope"],
  ])("that is %s", (_name, credential, options, problem) => {
    const found = driver.misconfigured(context(credential, { options }));
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found?.message).toContain(problem);
  });

  /** The sign-in host answered by the mock authority; everything else by the vendor's mock. */
  async function world() {
    const authority = startAuthority({ scope: "https://cognitiveservices.azure.com/.default", delayMs: 5 });
    const asked: string[] = [];
    const fetch: DriverFetch = async (url, init) => {
      const { host, pathname } = new URL(url);
      asked.push(`${host}${pathname}`);
      if (host === "login.microsoftonline.com") return plainFetch(`${authority.url}${pathname}`, init);
      const token = /^Bearer (.+)$/.exec(init.headers.authorization ?? "")?.[1] ?? "";
      const ok = authority.accepts(token) && init.headers["api-key"] === undefined;
      return ok ? Response.json({ data: [{ id: "MAI-DS-R1" }] }) : new Response("canary", { status: 401 });
    };
    const credential = (clientSecret = authority.clientSecret) =>
      context({ tenant_id: crypto.randomUUID(), client_id: authority.clientId, client_secret: clientSecret });
    return { authority, asked, fetch, credential };
  }

  test("is probed, discovers and calls with one token", async () => {
    const { authority, asked, fetch, credential } = await world();
    await using _authority = authority;
    const provider = credential();
    expect(await driver.probe(provider, fetch, signal())).toEqual({ status: "valid", models: 1 });
    expect((await driver.discover(provider, fetch, signal())).map(({ id }) => id)).toEqual(["MAI-DS-R1"]);
    const { headers, authorize } = driver.prepare(provider, protocol);
    expect(headers).toEqual({});
    const call = { method: "POST", url: resource, headers, body: "{}" } as const;
    const all = await Promise.all(Array.from({ length: 100 }, () => authorize?.(call, fetch)));
    expect(new Set(all.map((added) => added?.authorization)).size).toBe(1);
    expect(authority.requests).toHaveLength(1);
    const tenant = provider.credential.tenant_id?.reveal();
    expect(asked[0]).toBe(`login.microsoftonline.com/${tenant}/oauth2/v2.0/token`);
  });

  test("that the authority refuses is rejected with its number, and never with the secret", async () => {
    const { authority, fetch, credential } = await world();
    await using _authority = authority;
    const provider = credential("wrong-canary");
    const probed = await driver.probe(provider, fetch, signal());
    expect(probed).toEqual({
      status: "rejected",
      reason: "the token endpoint answered invalid_client, AADSTS7000215",
    });
    const error: unknown = await driver
      .discover(provider, fetch, signal())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PenstockError);
    if (!(error instanceof PenstockError)) return;
    expect(error.code).toBe("upstream_credential_rejected");
    expect(Bun.inspect(error)).not.toContain("canary");
  });
});
