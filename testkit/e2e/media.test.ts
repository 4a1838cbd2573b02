import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startOllamaMock } from "../mocks/ollama-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Pictures, documents and clips named by a URL, on vendors that fetch none: what unchanged clients send arrives as bytes,
// or is refused by the name of its field, and nobody can make this server look where it must not.

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
const pdf = Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");
const docx = Buffer.from("PK\x03\x04 a document of many parts", "latin1");
const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const base64 = (bytes: Buffer) => bytes.toString("base64");

const nova = "amazon.nova-2-lite-v1:0";
const sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";

let penstock: TestPenstock;
let bedrock: BedrockMock;
let gemini: MockVendor;
let ollama: MockVendor;
let files: ReturnType<typeof Bun.serve>;
let base: string;
const fetched: string[] = [];
let begun: () => void = () => {};
let left: Promise<void>;

beforeAll(async () => {
  const gone = Promise.withResolvers<void>();
  left = gone.promise;
  files = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      fetched.push(pathname);
      const to = searchParams.get("to");
      if (to !== null) return new Response(null, { status: 302, headers: { location: to } });
      if (pathname === "/a.png") return new Response(png, { headers: { "content-type": "image/png" } });
      // Stores often say nothing of what they hold.
      if (pathname === "/octets") return new Response(png);
      if (pathname === "/reports/Q3.pdf") return new Response(pdf);
      if (pathname === "/page.png") return new Response("<html>Not found</html>");
      if (pathname === "/large.png")
        return new Response(Buffer.concat([png, Buffer.alloc(21 * 1024 * 1024)]));
      if (pathname === "/slow.png") {
        request.signal.addEventListener("abort", () => gone.resolve());
        begun();
        await gone.promise;
      }
      return new Response("words of a stranger", { status: 404 });
    },
  });
  base = `http://127.0.0.1:${files.port}`;
  penstock = await startPenstock();
  bedrock = startBedrockMock();
  gemini = startGeminiMock();
  ollama = startOllamaMock();
  const { accessKeyId, secretAccessKey } = bedrock.account;
  await penstock.addProvider({
    name: "aws",
    driver: "bedrock",
    vendor: bedrock,
    credentials: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    models: [nova, sonnet],
  });
  await penstock.addProvider({
    name: "google-prod",
    driver: "gemini",
    vendor: gemini,
    models: ["gemini-2.0-flash", "gemini-2.5-flash"],
  });
  await penstock.addProvider({ name: "home", driver: "ollama", vendor: ollama, models: ["gemma3:4b"] });
});
afterAll(async () => {
  await penstock.stop();
  files.stop(true);
  await Promise.all([bedrock.close(), gemini.close(), ollama.close()]);
});

const openai = () =>
  new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
const anthropic = () => new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });

const look = (url: string) => [
  {
    role: "user" as const,
    content: [
      { type: "text" as const, text: "What is it?" },
      { type: "image_url" as const, image_url: { url } },
    ],
  },
];
/** The error object of a chat client's refused request. */
async function refusal(model: string, url: string) {
  const response = await penstock.post("/v1/chat/completions", { model, messages: look(url) });
  const { error } = (await response.json()) as { error: { code: string; param: string; message: string } };
  return { status: response.status, ...error };
}

describe("a picture by its URL (C085)", () => {
  const part = { image: { format: "png", source: { bytes: base64(png) } } };

  test.each(["/a.png", "/octets"])("%s reaches Bedrock as bytes, without a loss", async (path) => {
    const { data, response } = await openai()
      .chat.completions.create({ model: nova, messages: look(base + path) })
      .withResponse();
    expect(data.choices[0]?.finish_reason).toBe("stop");
    expect(bedrock.lastRequest().body).toMatchObject({ messages: [{ content: [{}, part] }] });
    expect(response.headers.get("x-penstock-loss")).toBeNull();
  });

  test("is no loss to who is strict", async () => {
    const strict = { headers: { "x-penstock-strict": "true" } };
    const body = { model: nova, max_tokens: 50, messages: look(`${base}/a.png`) };
    expect((await penstock.post("/v1/chat/completions", body, strict)).status).toBe(200);
  });

  test("reaches a Messages model on Bedrock from its own client, streamed", async () => {
    const source = { type: "url" as const, url: `${base}/a.png` };
    const message = await anthropic()
      .messages.stream({
        model: sonnet,
        max_tokens: 50,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", source },
              { type: "text", text: "What is it?" },
            ],
          },
        ],
      })
      .finalMessage();
    expect(message.stop_reason).toBe("end_turn");
    expect(bedrock.lastRequest().text).toContain(base64(png));
    expect(bedrock.lastRequest().text).not.toContain(base);
  });

  test("reaches an older Gemini as bytes, a newer one as it is", async () => {
    await openai().chat.completions.create({ model: "gemini-2.0-flash", messages: look(`${base}/a.png`) });
    expect(gemini.lastRequest().body).toMatchObject({
      contents: [{ parts: [{}, { inlineData: { mimeType: "image/png", data: base64(png) } }] }],
    });
    const before = fetched.length;
    await openai().chat.completions.create({ model: "gemini-2.5-flash", messages: look(`${base}/a.png`) });
    expect(gemini.lastRequest().body).toMatchObject({
      contents: [{ parts: [{}, { fileData: { mimeType: "image/png", fileUri: `${base}/a.png` } }] }],
    });
    expect(fetched.length).toBe(before);
  });

  test("reaches Ollama as bytes", async () => {
    await openai().chat.completions.create({ model: "gemma3:4b", messages: look(`${base}/octets`) });
    expect(ollama.lastRequest().body).toMatchObject({ messages: [{ images: [base64(png)] }] });
  });

  test.each([
    ["/page.png", "text/plain, not image"],
    ["/missing.png", "answered 404"],
    ["/large.png", "larger than 20 MiB"],
    ["/a.png?to=http%3A%2F%2F127.0.0.1%3A1%2F", "could not be reached"],
  ])("%s is refused by its field, and Bedrock is not called", async (path, words) => {
    const calls = bedrock.requests.length;
    const { status, code, param, message } = await refusal(nova, base + path);
    expect([status, code, param]).toEqual([400, "media_unavailable", "messages[0].content[1]"]);
    expect(message).toContain(words);
    expect(message).toContain("base64");
    expect(message).not.toContain("stranger");
    expect(bedrock.requests.length).toBe(calls);
  });

  test("is not fetched to the end for a client that left", async () => {
    const client = new AbortController();
    begun = () => client.abort();
    const body = { model: nova, messages: look(`${base}/slow.png`) };
    const answer = penstock.post("/v1/chat/completions", body, { signal: client.signal });
    expect(await answer.catch((error: Error) => error.name)).toBe("AbortError");
    await left;
  });
});

describe("a URL that leads elsewhere (C086)", () => {
  const to = (url: string) => `${base}/go?to=${encodeURIComponent(url)}`;

  test("to a file that may be read is followed", async () => {
    await openai().chat.completions.create({ model: nova, messages: look(to(`${base}/a.png`)) });
    expect(bedrock.lastRequest().text).toContain(base64(png));
  });

  test.each([
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://[::ffff:169.254.169.254]/",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://10.0.0.1/",
    "http://0/",
  ])("to %s is blocked, directly and by a redirect", async (url) => {
    for (const asked of [url, to(url)]) {
      const { status, code, param, message } = await refusal(nova, asked);
      expect([status, code, param]).toEqual([400, "egress_refused", "messages[0].content[1]"]);
      expect(message).not.toMatch(/169\.254|10\.0|100\.100|ec2/);
    }
  });
});

describe("an object of a cloud's store (C088)", () => {
  test("goes to Gemini as it is, old or new", async () => {
    for (const model of ["gemini-2.0-flash", "gemini-2.5-flash"]) {
      await openai().chat.completions.create({ model, messages: look("gs://bucket/a.png") });
      expect(gemini.lastRequest().body).toMatchObject({
        contents: [{ parts: [{}, { fileData: { mimeType: "image/png", fileUri: "gs://bucket/a.png" } }] }],
      });
    }
  });

  test.each([nova, sonnet, "gemma3:4b"])("is a clear 400 for %s", async (model) => {
    const { status, param, message } = await refusal(model, "gs://bucket/a.png");
    expect([status, param]).toEqual([400, "messages[0].content[1]"]);
    expect(message).toContain("`gs:`");
  });
});

describe("a document (C089)", () => {
  test("by its URL is a document with the name of the file", async () => {
    const source = { type: "url" as const, url: `${base}/reports/Q3.pdf` };
    const message = await anthropic().messages.create({
      model: nova,
      max_tokens: 50,
      messages: [
        {
          role: "user",
          content: [
            { type: "document", source },
            { type: "text", text: "Sum up." },
          ],
        },
      ],
    });
    expect(message.stop_reason).toBe("end_turn");
    const document = { format: "pdf", name: "Q3", source: { bytes: base64(pdf) } };
    expect(bedrock.lastRequest().body).toMatchObject({ messages: [{ content: [{ document }, {}] }] });
  });

  test.each([
    ["pdf", "application/pdf", pdf],
    ["csv", "text/csv", Buffer.from("a,b\n1,2\n")],
    ["docx", docxType, docx],
  ])("%s sent as bytes has its format and a safe name", async (format, type, bytes) => {
    const file = {
      filename: `Q3: Zahlen/übersicht_v2.${format}`,
      file_data: `data:${type};base64,${base64(bytes)}`,
    };
    await openai().chat.completions.create({
      model: nova,
      messages: [
        {
          role: "user",
          content: [
            { type: "file", file },
            { type: "text", text: "Sum up." },
          ],
        },
      ],
    });
    const body = bedrock.lastRequest().body as { messages: { content: { document?: unknown }[] }[] };
    expect(body.messages[0]?.content[0]?.document).toEqual({
      format,
      name: "Q3- Zahlen-bersicht-v2",
      source: { bytes: base64(bytes) },
    });
  });
});

describe("a provider whose endpoint may not be reached", () => {
  const provider = (base_url: string) => ({
    name: `lan-${Bun.hash(base_url).toString(36)}`,
    driver: "openai_completions",
    base_url,
    credentials: { api_key: "sk-x" },
    models: ["local-llm"],
  });

  test.each(["http://169.254.169.254/v1", "http://192.168.1.20:8000/v1"])("%s is not saved", async (url) => {
    const { status, body } = await penstock.api("POST", "/providers?discover=false", provider(url));
    expect([status, (body as { code: string }).code]).toEqual([422, "provider_unreachable"]);
    expect(JSON.stringify(body)).toContain("may not connect");
  });

  test("and saved unvalidated it is not called, nor is its address told", async () => {
    const lan = provider("http://192.168.1.20:8000/v1");
    const made = await penstock.api("POST", "/providers?discover=false&validate=false", lan);
    expect(made.status).toBe(201);
    const response = await penstock.post("/v1/chat/completions", { model: "local-llm", messages: look("x") });
    expect([response.status, response.headers.get("x-penstock-error")]).toEqual([424, "egress_refused"]);
    expect(await response.text()).not.toContain("192.168");
  });

  test("is reached when the operator opened its network, while loopback stays as it is set", async () => {
    const settings = { egress: { allow: [], loopback: false } };
    await using closed = await startPenstock({ settings });
    await using opened = await startPenstock({
      env: { PENSTOCK_EGRESS_ALLOW: "10.0.0.0/8, 127.0.0.0/8" },
    });
    for (const [server, expected] of [
      [closed, 422],
      [opened, 201],
    ] as const) {
      const body = { ...provider(gemini.url), driver: "gemini", credentials: { api_key: gemini.apiKey } };
      expect((await server.api("POST", "/providers?discover=false", body)).status).toBe(expected);
    }
  });
});
