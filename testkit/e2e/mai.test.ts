import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mapHosts } from "../host-map.ts";
import { type MockAuthority, startAuthority } from "../mocks/authority-server.ts";
import { startMaiMock } from "../mocks/mai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { anthropicClient, openAiClient } from "./official-clients.ts";

// Microsoft's MAI models through the whole of Penstock: with a key, and with a client of Entra ID, whose sign-in host is
// the mock authority under its real name.

let penstock: TestPenstock;
let authority: MockAuthority;
let mock: MockVendor;
const tenant = "0f9c8b7a-1111-4222-8333-444455556666";
const models = ["MAI-Thinking-1", "MAI-DS-R1"];

beforeAll(async () => {
  authority = startAuthority({ scope: "https://cognitiveservices.azure.com/.default", tenant, delayMs: 20 });
  mock = startMaiMock({ authority });
  penstock = await startPenstock({ guard: mapHosts({ "login.microsoftonline.com": authority.url }) });
  await penstock.addProvider({ name: "keyed", driver: "mai", vendor: mock, models });
  await penstock.addProvider({
    name: "entra",
    driver: "mai",
    vendor: mock,
    models,
    credentials: entra(),
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([authority.close(), mock.close()]);
});

function entra(changes: Readonly<Record<string, string>> = {}) {
  return {
    tenant_id: tenant,
    client_id: authority.clientId,
    client_secret: authority.clientSecret,
    ...changes,
  };
}

const check = async (credentials: Readonly<Record<string, string>>, options = {}) => {
  const { status, body } = await penstock.api("POST", "/providers/check", {
    driver: "mai",
    base_url: mock.url,
    credentials,
    options,
  });
  return { status, body: body as { status?: string; reason?: string; models?: number } };
};

describe.each(["keyed", "entra"])("a provider that is %s", (name) => {
  test("answers whole and streamed, each model at its own path", async () => {
    const client = openAiClient(penstock);
    for (const model of models) {
      const ask = {
        model: `${name}/${model}`,
        messages: [{ role: "user" as const, content: "Hello there" }],
      };
      const answer = await client.chat.completions.create({ ...ask, max_tokens: 200 });
      expect(answer.choices[0]?.message.content).toContain("Hello there");
      expect(mock.lastRequest().path).toBe(
        `/${model === "MAI-Thinking-1" ? "mai" : "openai"}/v1/chat/completions`,
      );
      let text = "";
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true }))
        text += chunk.choices[0]?.delta.content ?? "";
      expect(text).toContain("Hello there");
    }
  });

  test("gives its reasoning back unread over a tool loop, to clients of another protocol too", async () => {
    const client = anthropicClient(penstock);
    const ask = {
      model: `${name}/MAI-Thinking-1`,
      max_tokens: 400,
      tools: [{ name: "get_weather", input_schema: { type: "object" as const, properties: {} } }],
    };
    const question = { role: "user" as const, content: "What is the weather?" };
    const first = await client.messages.create({ ...ask, messages: [question] });
    expect(first.stop_reason).toBe("tool_use");
    const use = first.content.find((block) => block.type === "tool_use");
    const second = await client.messages.create({
      ...ask,
      messages: [
        question,
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: use?.id ?? "", content: "sunny" }] },
      ],
    });
    expect(JSON.stringify(second.content)).toContain("sunny");
    const sent = mock.lastRequest().body as { messages: { reasoning?: { encrypted_content?: string } }[] };
    expect(sent.messages.find(({ reasoning }) => reasoning)?.reasoning?.encrypted_content).toMatch(
      /^[\w+/=]+$/,
    );
    expect(sent).toMatchObject({ reasoning_display: "encrypted" });
  });
});

describe("a client of Entra ID", () => {
  test("signs in once for many calls, at its tenant, and never sends its secret to the resource", async () => {
    const asked = authority.requests.length;
    const before = mock.requests.length;
    authority.revoke();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        penstock.post("/v1/chat/completions", {
          model: "entra/MAI-Thinking-1",
          messages: [{ role: "user", content: "Hi" }],
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(authority.requests.length - asked).toBe(1);
    expect(authority.requests.at(-1)?.path).toBe(`/${tenant}/oauth2/v2.0/token`);
    const sent = mock.requests.slice(before).map(({ headers, text }) => JSON.stringify([...headers]) + text);
    expect(sent.join()).not.toContain("s3cr");
    expect(sent.join()).not.toContain('"api-key"');
  });

  test.each<[string, Record<string, string>, string]>([
    ["tenant", { tenant_id: "99999999-1111-4222-8333-444455556666" }, "AADSTS90002"],
    ["secret", { client_secret: "wrong-canary" }, "AADSTS7000215"],
    ["client", { client_id: "nobody" }, "AADSTS7000215"],
  ])("of a wrong %s is rejected by the authority's number", async (_name, changes, number) => {
    const { body } = await check(entra(changes));
    expect(body.status).toBe("rejected");
    expect(body.reason).toContain(number);
    expect(JSON.stringify(body)).not.toContain("canary");
  });

  test("of an authority that is not Microsoft's is refused before anything is sent", async () => {
    const asked = authority.requests.length;
    const { status, body } = await check(entra(), { authority: "login.canary.example" });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain("login.microsoftonline.us");
    expect(authority.requests.length).toBe(asked);
  });

  test("is valid when all is right", async () => {
    expect((await check(entra())).body).toMatchObject({ status: "valid", models: 2 });
    expect((await check({ api_key: mock.apiKey })).body).toMatchObject({ status: "valid", models: 2 });
    expect((await check({ api_key: "wrong" })).body).toMatchObject({ status: "rejected" });
  });
});
