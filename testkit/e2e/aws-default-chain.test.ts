import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapHosts } from "../host-map.ts";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// The server's own AWS credentials, by AWS's own chain: a container's endpoint gives them, as on ECS and EKS.

const model = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const hosts = ["bedrock-runtime.us-east-1.amazonaws.com", "bedrock.us-east-1.amazonaws.com"];
let mock: BedrockMock;
let container: ReturnType<typeof startContainer>;
let lookUps = 0;

/** Gives the account's temporary key to whoever has the container's token. */
function startContainer() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      if (request.headers.get("authorization") !== "container-token")
        return new Response("", { status: 401 });
      lookUps++;
      const { accessKeyId, secretAccessKey } = mock.account;
      return Response.json({
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: "session-of-the-role",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      });
    },
  });
}

const environment: Record<string, string | undefined> = {};
function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(name in environment)) environment[name] = process.env[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

let penstock: TestPenstock | undefined;
const start = async (env: Readonly<Record<string, string>> = {}) => {
  penstock = await startPenstock({
    env,
    guard: mapHosts(Object.fromEntries(hosts.map((host) => [host, mock.url]))),
  });
  return penstock;
};

beforeAll(() => {
  mock = startBedrockMock({ account: { sessionToken: "session-of-the-role" } });
  container = startContainer();
  setEnvironment({
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: undefined,
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
    AWS_CONFIG_FILE: "/nonexistent/config",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${container.port}/role`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "container-token",
  });
});
afterEach(async () => {
  await penstock?.stop();
  penstock = undefined;
});
afterAll(async () => {
  setEnvironment(environment);
  await Promise.all([mock.close(), container.stop(true)]);
});

const provider = (changes: object = {}) => ({
  name: "aws",
  driver: "bedrock",
  models: [model],
  options: { sign_in: "default_chain" },
  ...changes,
});
const hello = { model, messages: [{ role: "user", content: "Hello there" }] };

describe("sign_in: default_chain", () => {
  test("is refused by the name of the setting unless the operator allows it, and nothing is looked up", async () => {
    const { api } = await start();
    const before = lookUps;
    const checked = await api("POST", "/providers/check", {
      driver: "bedrock",
      options: { sign_in: "default_chain" },
    });
    expect(checked.status).toBe(422);
    expect(JSON.stringify(checked.body)).toContain("PENSTOCK_AWS_DEFAULT_CHAIN");
    expect((await api("POST", "/providers?discover=false", provider())).status).toBe(422);
    expect(lookUps).toBe(before);
  });

  test("signs for one look-up however many calls there are, and discovers", async () => {
    const { api, post } = await start({ PENSTOCK_AWS_DEFAULT_CHAIN: "true" });
    const before = lookUps;
    const made = await api("POST", "/providers", provider());
    expect(made.status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post("/v1/chat/completions", hello)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(lookUps - before).toBe(1);
    const { authorization, ...headers } = Object.fromEntries(mock.lastRequest().headers);
    expect(authorization).toContain("/us-east-1/bedrock/aws4_request");
    expect(headers).toMatchObject({ host: hosts[0], "x-amz-security-token": "session-of-the-role" });
    const told = JSON.stringify([made.body, (await api("GET", "/providers")).body]);
    expect(told).not.toContain("session-of-the-role");
    expect(told).not.toContain(mock.account.secretAccessKey);
  });

  test.each<[string, object, string]>([
    [
      "a host that is not AWS's",
      { base_url: "https://bedrock-runtime.us-east-1.amazonaws.com.thief.example" },
      "AWS",
    ],
    ["AWS without TLS", { base_url: `http://${hosts[0]}` }, "AWS"],
    ["a credential besides", { credentials: { api_key: "k" } }, "keep one"],
  ])("does not go with %s", async (_name, changes, reason) => {
    const { api } = await start({ PENSTOCK_AWS_DEFAULT_CHAIN: "true" });
    const { status, body } = await api("POST", "/providers?discover=false", provider(changes));
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(reason);
  });

  test("is never what a provider without a credential falls back to", async () => {
    const { api } = await start({ PENSTOCK_AWS_DEFAULT_CHAIN: "true" });
    const { status, body } = await api("POST", "/providers?discover=false", provider({ options: {} }));
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain("access_key_id");
  });

  test("stops serving when the operator takes the permission back", async () => {
    const allowed = await start({ PENSTOCK_AWS_DEFAULT_CHAIN: "true" });
    expect((await allowed.api("POST", "/providers?discover=false", provider())).status).toBe(201);
    const dataDir = await mkdtemp(join(tmpdir(), "penstock-chain-"));
    await cp(allowed.dataDir, dataDir, { recursive: true });
    await allowed.stop();
    penstock = await startPenstock({ dataDir });
    const answer = await penstock.post("/v1/chat/completions", hello);
    const text = await answer.text();
    expect(JSON.parse(text).error).toMatchObject({ code: "provider_misconfigured" });
    expect(text).toContain("PENSTOCK_AWS_DEFAULT_CHAIN");
    await penstock.stop();
    penstock = undefined;
    await rm(dataDir, { recursive: true, force: true });
  });
});
