import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { applicationProfileArn } from "../../testkit/mocks/bedrock/models.ts";
import { startBedrockMock } from "../../testkit/mocks/bedrock-server.ts";
import { Secret } from "../secrets/secret.ts";
import bedrock from "./bedrock.ts";
import type { DriverContext } from "./driver.ts";

const path = (model: string) => `/model/${encodeURIComponent(model)}`;

testDriver({
  driver: bedrock,
  start: startBedrockMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [origin, `${origin}/`],
  paths: {
    generate: ({ model, stream, protocol }) =>
      protocol === "bedrock-converse"
        ? `${path(model)}/converse${stream ? "-stream" : ""}`
        : `${path(model)}/invoke${stream ? "-with-response-stream" : ""}`,
    countTokens: ({ model, protocol }) =>
      protocol === "bedrock-converse" ? `${path(model)}/count-tokens` : undefined,
  },
  knownModel: "anthropic.claude-sonnet-4-5-20250929-v1:0",
  emptyList: { modelSummaries: [], inferenceProfileSummaries: [] },
  listOf: (entries) => ({
    modelSummaries: entries.map((entry) =>
      typeof entry === "object" && entry !== null && "id" in entry ? { modelId: entry.id } : entry,
    ),
    inferenceProfileSummaries: entries,
  }),
});

const defaultBaseUrl = bedrock.defaultBaseUrl ?? "";
const signal = () => new AbortController().signal;

function context(
  credential: Readonly<Record<string, string>>,
  { baseUrl = defaultBaseUrl, options = {} }: { baseUrl?: string; options?: DriverContext["options"] } = {},
): DriverContext {
  const secrets = Object.entries(credential).map(([name, value]) => [name, new Secret(value)] as const);
  return { baseUrl, options, credential: Object.fromEntries(secrets) };
}

describe("the three kinds of credential", () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ["nothing", {}, "access_key_id"],
    ["half a key", { access_key_id: "AKIA" }, "secret_access_key"],
    ["the other half", { secret_access_key: "s" }, "access_key_id"],
    ["both kinds", { access_key_id: "AKIA", secret_access_key: "s", api_key: "k" }, "keep one"],
    ["a key", { access_key_id: "AKIA", secret_access_key: "s" }, undefined],
    ["a temporary key", { access_key_id: "AKIA", secret_access_key: "s", session_token: "t" }, undefined],
    ["an API key", { api_key: "k" }, undefined],
  ])("%s", (_, credential, problem) => {
    const found = bedrock.misconfigured(context(credential));
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found?.message).toContain(problem);
  });

  test("an access key probes and discovers by signature; a wrong one is rejected, not just forbidden", async () => {
    await using mock = startBedrockMock({ account: { sessionToken: "session/+=" } });
    const { accessKeyId, secretAccessKey } = mock.account;
    const key = {
      access_key_id: accessKeyId,
      secret_access_key: secretAccessKey,
      session_token: "session/+=",
    };
    const at = { baseUrl: mock.url };
    expect((await bedrock.probe(context(key, at), plainFetch, signal())).status).toBe("valid");
    for (const wrong of [
      { secret_access_key: "canary" },
      { access_key_id: "canary" },
      { session_token: "canary" },
    ]) {
      const result = await bedrock.probe(context({ ...key, ...wrong }, at), plainFetch, signal());
      expect(result.status).toBe("rejected");
      expect(JSON.stringify(result)).not.toContain("canary");
    }
    expect(await bedrock.discover(context(key, at), plainFetch, signal())).not.toEqual([]);
  });

  test("an identity that may not list models is told from one that nobody knows", async () => {
    const answer = (type: string) => () =>
      Promise.resolve(
        new Response('{"message":"no"}', { status: 403, headers: { "x-amzn-errortype": type } }),
      );
    const probe = async (type: string) =>
      (await bedrock.probe(context({ api_key: "k" }), answer(type), signal())).status;
    expect(await probe("AccessDeniedException:http://x")).toBe("unsupported");
    expect(await probe("UnrecognizedClientException")).toBe("rejected");
    expect(await probe("ExpiredTokenException")).toBe("rejected");
  });
});

describe("discovery", () => {
  test("finds models that can be called and the inference profiles of the others, through every page", async () => {
    await using mock = startBedrockMock();
    const models = await bedrock.discover(
      context({ api_key: mock.apiKey }, { baseUrl: mock.url }),
      plainFetch,
      signal(),
    );
    const ids = models.map(({ id }) => id);
    expect(ids).toContain("amazon.nova-2-lite-v1:0");
    expect(ids).toContain("us.anthropic.claude-opus-5-5-v1:0");
    // Callable through a profile only; for provisioned capacity only; at the end of its life.
    expect(ids).not.toContain("anthropic.claude-opus-5-5-v1:0");
    expect(ids).not.toContain("amazon.nova-lite-v1:0:24k");
    expect(ids).not.toContain("anthropic.claude-v2");
    expect(models.find(({ id }) => id === "amazon.titan-embed-text-v2:0")?.kind).toBe("embedding");
    expect(models.find(({ id }) => id === applicationProfileArn)).toMatchObject({
      displayName: "team-a",
      kind: "chat",
      // What is known of it is known of the model behind it.
      facts: { baseModel: "anthropic.claude-opus-4-6-v1" },
    });
    expect(mock.requests).toHaveLength(3);
  });

  test("an account that may not list profiles has its models all the same", async () => {
    await using mock = startBedrockMock();
    const models = await bedrock.discover(
      context({ api_key: mock.apiKey }, { baseUrl: mock.url }),
      (url, init) =>
        url.includes("inference-profiles")
          ? Promise.resolve(new Response("{}", { status: 403 }))
          : plainFetch(url, init),
      signal(),
    );
    expect(models.map(({ id }) => id)).toContain("amazon.nova-2-lite-v1:0");
  });
});

describe("hosts", () => {
  const urlOf = (options: DriverContext["options"], baseUrl = defaultBaseUrl) => {
    const upstream = bedrock.prepare(context({ api_key: "k" }, { options, baseUrl }), "bedrock-converse");
    return new URL(upstream.url({ operation: "generate", model: "m", stream: false }) ?? "").origin;
  };
  const listedAt = async (options: DriverContext["options"], baseUrl = defaultBaseUrl) => {
    let asked = "";
    await bedrock.probe(
      context({ api_key: "k" }, { options, baseUrl }),
      (url) => {
        asked = new URL(url).origin;
        return Promise.resolve(Response.json({ modelSummaries: [] }));
      },
      signal(),
    );
    return asked;
  };

  test("the default follows the region, models are listed at the control host", async () => {
    expect(urlOf({})).toBe("https://bedrock-runtime.us-east-1.amazonaws.com");
    expect(urlOf({ region: "eu-west-1" })).toBe("https://bedrock-runtime.eu-west-1.amazonaws.com");
    expect(await listedAt({ region: "eu-west-1" })).toBe("https://bedrock.eu-west-1.amazonaws.com");
  });

  test("a base URL that names a region decides it; any other one serves both", async () => {
    const fips = "https://bedrock-runtime-fips.us-west-2.amazonaws.com";
    expect(urlOf({}, fips)).toBe(fips);
    expect(await listedAt({}, fips)).toBe("https://bedrock-fips.us-west-2.amazonaws.com");
    const endpoint = "https://vpce-0a1b.bedrock-runtime.eu-central-1.vpce.amazonaws.com";
    expect(urlOf({}, endpoint)).toBe(endpoint);
    expect(await listedAt({}, endpoint)).toBe(endpoint);
  });

  test("a region can name no other host, and must not contradict the base URL", () => {
    const problem = (options: DriverContext["options"], baseUrl = defaultBaseUrl) =>
      bedrock.misconfigured(context({ api_key: "k" }, { options, baseUrl }))?.message;
    expect(problem({ region: "evil.example/#" })).toContain("region");
    expect(problem({ region: "eu-west-1" }, "https://bedrock-runtime.us-west-2.amazonaws.com")).toContain(
      "us-west-2",
    );
    expect(problem({ region: "us-gov-west-1" })).toBeUndefined();
  });
});

test("ids and ARNs are one segment of the path, encoded once", () => {
  const upstream = bedrock.prepare(context({ api_key: "k" }), "bedrock-converse");
  const model = "arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-opus-4-6-v1:0";
  expect(upstream.url({ operation: "generate", model, stream: true })).toBe(
    `${defaultBaseUrl}/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123%3Ainference-profile%2Fus.anthropic.claude-opus-4-6-v1%3A0/converse-stream`,
  );
});

test("Claude's own bodies go where a client speaks them, unless an option says otherwise", () => {
  const claude = { model: "m", traits: { nativeBody: "messages" }, hasTools: false } as const;
  const prefer = (surface: "openai-chat" | "anthropic-messages", protocol?: string) =>
    bedrock.prefer?.({ ...claude, surface, options: protocol === undefined ? {} : { protocol } });
  expect(prefer("anthropic-messages")).toBe("bedrock-invoke");
  expect(prefer("anthropic-messages", "converse")).toBe("bedrock-converse");
  expect(prefer("openai-chat")).toBe("bedrock-converse");
  expect(prefer("openai-chat", "invoke")).toBe("bedrock-invoke");
  const nova = { model: "m", traits: { nativeBody: "nova" }, hasTools: false } as const;
  expect(bedrock.prefer?.({ ...nova, surface: "anthropic-messages", options: { protocol: "invoke" } })).toBe(
    "bedrock-converse",
  );
});
