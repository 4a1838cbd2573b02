import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mapHosts } from "../host-map.ts";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { type MockRole, startStsMock } from "../mocks/sts-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Calls of Bedrock in a role: assumed with an access key, or with the server's own credentials, and signed with what that gives.

const model = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const region = "us-east-1";
const own = { accessKeyId: "AKIAOWN0123456789ABC", secretAccessKey: "own/secret+canary-0123456789", region };
const issued = {
  accessKeyId: "ASIAROLE0123456789AB",
  secretAccessKey: "role/secret+canary-0123456789",
  sessionToken: "session+of/the&role==",
  region,
};
const role = (name: string, more: Partial<MockRole> = {}): MockRole => ({
  arn: `arn:aws:iam::123456789012:role/${name}`,
  issued,
  ...more,
});

let bedrock: BedrockMock;
let sts: MockVendor;
let penstock: TestPenstock;

beforeAll(async () => {
  bedrock = startBedrockMock({ account: issued });
  const roles = [
    role("plain"),
    role("agreed", { externalId: "turbine:42" }),
    role("short", { seconds: 2 }),
    role("stale", { seconds: -1 }),
    role("chained"),
  ];
  sts = startStsMock({ account: own, roles });
  penstock = await startPenstock({
    env: { PENSTOCK_AWS_DEFAULT_CHAIN: "true" },
    guard: mapHosts({
      "bedrock-runtime.us-east-1.amazonaws.com": bedrock.url,
      "bedrock.us-east-1.amazonaws.com": bedrock.url,
      "sts.us-east-1.amazonaws.com": sts.url,
    }),
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([bedrock.close(), sts.close()]);
});

const keys = { access_key_id: own.accessKeyId, secret_access_key: own.secretAccessKey };
let count = 0;
const made: string[] = [];
interface Changes {
  readonly validate?: boolean;
  readonly credentials?: object;
}
async function create(options: object, { validate = false, ...changes }: Changes = { credentials: keys }) {
  const provider = { name: `aws-${++count}`, driver: "bedrock", models: [model], options, ...changes };
  const query = `?discover=false&validate=${validate}`;
  const { status, body } = await penstock.api("POST", `/providers${query}`, provider);
  if (status === 201) made.push((body as { id: string }).id);
  return { status, text: JSON.stringify(body), name: provider.name };
}
afterEach(async () => {
  for (const id of made.splice(0)) await penstock.api("DELETE", `/providers/${id}?force=true`);
});

const ask = (name: string) =>
  penstock.post("/v1/chat/completions", {
    model: `${name}/${model}`,
    messages: [{ role: "user", content: "Hello" }],
  });

describe("with an access key", () => {
  test("a role is assumed once for many calls, of several providers, and signs them", async () => {
    const before = sts.requests.length;
    const options = { role_arn: role("plain").arn, session_name: "turbine" };
    const [first, second] = [await create(options), await create(options)];
    expect(first.status).toBe(201);
    const names = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? first.name : second.name));
    for (const answer of await Promise.all(names.map(ask))) expect(answer.status).toBe(200);
    expect(sts.requests.length - before).toBe(1);
    expect(new URLSearchParams(sts.lastRequest().text).get("RoleSessionName")).toBe("turbine");
    const { headers } = bedrock.lastRequest();
    expect(headers.get("x-amz-security-token")).toBe(issued.sessionToken);
    expect(headers.get("authorization")).toContain(issued.accessKeyId);
    const told = `${first.text}${JSON.stringify((await penstock.api("GET", "/providers")).body)}`;
    for (const secret of [own.secretAccessKey, issued.secretAccessKey, issued.sessionToken])
      expect(told).not.toContain(secret);
  });

  test("models are discovered in the role", async () => {
    const provider = {
      name: "found",
      driver: "bedrock",
      options: { role_arn: role("plain").arn },
      credentials: keys,
    };
    const { status, body } = await penstock.api("POST", "/providers", provider);
    expect(status).toBe(201);
    made.push((body as { id: string }).id);
    expect((await ask("found")).status).toBe(200);
  });

  test("the external id is what the role's owner asks for", async () => {
    const { arn } = role("agreed");
    const good = await create({ role_arn: arn, external_id: "turbine:42" });
    expect((await ask(good.name)).status).toBe(200);
    for (const options of [{ role_arn: arn }, { role_arn: arn, external_id: "turbine:43" }]) {
      const { name } = await create(options);
      const answer = await ask(name);
      const text = await answer.text();
      expect(text).toContain("AccessDenied");
      expect(text).not.toContain("canary");
      expect(answer.headers.get("x-penstock-error")).toBe("provider_misconfigured");
    }
  });

  test("a key that is about to end is renewed before it does", async () => {
    const { name } = await create({ role_arn: role("short").arn });
    const before = sts.requests.length;
    await ask(name);
    await ask(name);
    expect(sts.requests.length - before).toBe(1);
    // Half of its two seconds.
    await Bun.sleep(1_100);
    expect((await ask(name)).status).toBe(200);
    expect(sts.requests.length - before).toBe(2);
  });

  test("what is no good, or no answer, is an error of the provider", async () => {
    const stale = await create({ role_arn: role("stale").arn });
    expect((await ask(stale.name)).headers.get("x-penstock-error")).toBe("upstream_malformed");
    const unknown = await create({ role_arn: role("nobody").arn });
    sts.answerAll(() => ({ status: 503, body: "<html>canary</html>", unchecked: true }));
    const answer = await ask(unknown.name);
    sts.answerAll(undefined);
    expect(answer.headers.get("x-penstock-error")).toBe("upstream_error");
    expect(await answer.text()).not.toContain("canary");
    const wrong = await create(
      { role_arn: role("plain").arn },
      { credentials: { ...keys, secret_access_key: "other" } },
    );
    expect((await ask(wrong.name)).headers.get("x-penstock-error")).toBe("upstream_credential_rejected");
  });
});

test("with the server's own credentials a role of another account is assumed", async () => {
  const environment = { AWS_ACCESS_KEY_ID: own.accessKeyId, AWS_SECRET_ACCESS_KEY: own.secretAccessKey };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    const options = { sign_in: "default_chain", role_arn: role("chained").arn };
    const { status, name } = await create(options, {});
    expect(status).toBe(201);
    expect((await ask(name)).status).toBe(200);
    expect(sts.lastRequest().headers.get("authorization")).toContain(own.accessKeyId);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test.each([
  [{ role_arn: "arn:aws:iam::1:user/me" }, { credentials: keys }, "role_arn"],
  [{ role_arn: role("plain").arn, external_id: "a b" }, { credentials: keys }, "external_id"],
  [{ role_arn: role("plain").arn, session_name: "x".repeat(65) }, { credentials: keys }, "session_name"],
  [{ external_id: "turbine:42" }, { credentials: keys }, "needs `role_arn`"],
  [{ role_arn: role("plain").arn }, { credentials: { api_key: "k" } }, "not assumed with `api_key`"],
])("%j is refused when it is saved, and says why", async (options, changes, reason) => {
  const before = sts.requests.length;
  const { status, text } = await create(options, { ...changes, validate: true });
  expect(status).toBe(422);
  expect(text).toContain(reason);
  expect(sts.requests.length).toBe(before);
});
