import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { anthropicClient } from "./official-clients.ts";
import { chatSurface, messagesSurface, type Pair, pairs, startWorld, vendorOf, type World } from "./world.ts";

// Client and vendor speak the same protocol: what Penstock does not know must not be lost on the way.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const same = pairs.filter(({ surface, wire }) => surface.name === wire);
const provider = ({ wire }: Pair) => (wire === "chat" ? "openai-prod" : "anthropic-prod");

/** A body whose spelling a parser would not keep. */
function oddBody(model: string): string {
  return `{ "messages":[{"role":"user","content":"\\u0041 caf\\u00e9 \\ud83d\\ude00", "x_vendor":1e3}] ,\n\t"future_field":{"n":1.0,"b":12345678901234567890,"z":"\\/"},\n"model" : ${JSON.stringify(model)}  , "temperature":1.50 }\n`;
}

describe.each(same)("$title", (pair) => {
  const { surface, model, wire } = pair;

  test("unknown fields, number spellings and white space reach the vendor byte for byte", async () => {
    const vendor = vendorOf(world, pair);
    const answer = wire === "chat" ? "openai/chat/openai-text.json" : "anthropic/anthropic-text.json";
    vendor.reply({ recording: answer, unchecked: true }, { recording: answer, unchecked: true });
    const plain = await world.penstock.post(surface.path, oddBody(model));
    expect(vendor.lastRequest().text).toBe(oddBody(model));
    expect(await plain.text()).toBe(await Bun.file(`${import.meta.dir}/../recordings/${answer}`).text());
    // The model by its provider's name: only these characters change.
    await (await world.penstock.post(surface.path, oddBody(`${provider(pair)}/${model}`))).text();
    const withoutModel = (text: string) => text.replace(/"model" : "[^"]*" */, "");
    expect(withoutModel(vendor.lastRequest().text)).toBe(withoutModel(oddBody(model)));
    expect(JSON.parse(vendor.lastRequest().text).model).toBe(model);
  });

  test("unknown events and comments reach the client byte for byte, and usage is read on the way", async () => {
    const file =
      wire === "chat" ? "openai/chat/openai-text.chunks.txt" : "anthropic/anthropic-text.chunks.txt";
    const lines = (await Bun.file(`${import.meta.dir}/../recordings/${file}`).text())
      .split("\n")
      .filter((line) => line !== "");
    const frames = lines.map((line) =>
      wire === "chat" ? `data: ${line}\n\n` : `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`,
    );
    frames.splice(
      2,
      0,
      ": a comment\n\n",
      'event: from_the_future\nid: 7\ndata: {"type":"from_the_future",\ndata: "n":1.0}\n\n',
    );
    const stream = frames.join("") + (wire === "chat" ? "data: [DONE]\n\n" : "");
    vendorOf(world, pair).reply({
      body: stream,
      headers: { "content-type": "text/event-stream" },
      pace: { chunkBytes: 97 },
    });
    const more =
      wire === "chat" ? { stream: true, stream_options: { include_usage: true } } : { stream: true };
    const response = await world.penstock.post(surface.path, surface.body(model, more));
    expect(await response.text()).toBe(stream);
    const row = await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({ outcome: "completed", passthrough: true, stream: true });
    const told = row.usage as { input: number; output: number; estimated: boolean };
    expect(told.estimated).toBe(false);
    const recorded = stream.match(/"(?:prompt|input)_tokens":(\d+)/g)?.at(-1);
    expect(recorded).toEndWith(`:${told.input}`);
    expect(told.output).toBeGreaterThan(0);
  });

  test("the vendor's rate-limit headers reach the client, on success too; its others do not", async () => {
    const limits: Record<string, string> =
      wire === "chat"
        ? { "x-ratelimit-remaining-requests": "99", "x-ratelimit-reset-requests": "6m0s" }
        : {
            "anthropic-ratelimit-requests-remaining": "99",
            "anthropic-ratelimit-input-tokens-limit": "4000",
          };
    const headers = { ...limits, "set-cookie": "a=b", server: "vendor", "openai-organization": "org-secret" };
    for (const stream of [false, true]) {
      const file = wire === "chat" ? "openai/chat/openai-text" : "anthropic/anthropic-text";
      vendorOf(world, pair).reply({ recording: `${file}.${stream ? "chunks.txt" : "json"}`, headers });
      const response = await world.penstock.post(surface.path, surface.body(model, { stream }));
      await response.text();
      for (const [name, value] of Object.entries(limits)) expect(response.headers.get(name)).toBe(value);
      for (const name of ["set-cookie", "server", "openai-organization"])
        expect(response.headers.get(name)).toBeNull();
      expect(response.headers.get("x-penstock-loss")).toBeNull();
    }
  });

  test("the credential is the org's, whatever the client sends", async () => {
    const response = await world.penstock.post(surface.path, surface.body(model), {
      headers: {
        "x-api-key": "from-the-client",
        cookie: "a=b",
        "openai-organization": "org-of-the-client",
        "x-forwarded-for": "10.0.0.1",
      },
    });
    expect(response.status).toBe(200);
    await response.text();
    const { headers } = vendorOf(world, pair).lastRequest();
    expect(JSON.stringify([...headers])).not.toContain("from-the-client");
    expect(JSON.stringify([...headers])).not.toContain(world.penstock.gatewayKey);
    for (const name of ["cookie", "openai-organization", "x-forwarded-for"])
      expect(headers.get(name)).toBeNull();
  });
});

test("anthropic-beta reaches the vendor from the official client", async () => {
  await anthropicClient(world.penstock).messages.create(
    { model: "claude-sonnet-4-5", max_tokens: 20, messages: [{ role: "user", content: "Hi" }] },
    { headers: { "anthropic-beta": "context-1m-2025-08-07,interleaved-thinking-2025-05-14" } },
  );
  expect(world.anthropic.lastRequest().headers.get("anthropic-beta")).toBe(
    "context-1m-2025-08-07,interleaved-thinking-2025-05-14",
  );
});

test("a client's `api_base` and the like never lead a call elsewhere", async () => {
  world.chat.reply({ recording: "openai/chat/openai-text.json", unchecked: true });
  const response = await world.penstock.post(
    "/v1/chat/completions",
    chatSurface.body("gpt-4o-mini", { api_base: "http://127.0.0.1:9", base_url: "http://127.0.0.1:9" }),
  );
  expect(response.status).toBe(200);
  expect(world.chat.lastRequest().path).toBe("/v1/chat/completions");
});

describe("losses", () => {
  const lossy = {
    chat: {
      body: chatSurface.body("claude-sonnet-4-5", {
        seed: 7,
        logit_bias: { 50256: -100 },
        frequency_penalty: 0.5,
      }),
      fields: ["seed", "logit_bias", "frequency_penalty"],
    },
    messages: { body: messagesSurface.body("gpt-4o-mini", { top_k: 5 }), fields: ["top_k"] },
  };

  test.each([chatSurface, messagesSurface])("$name: the header and the ledger list them", async (surface) => {
    const { body, fields } = lossy[surface.name];
    for (const stream of [false, true]) {
      const response = await world.penstock.post(surface.path, { ...body, stream });
      expect(response.status).toBe(200);
      await response.text();
      const header = response.headers.get("x-penstock-loss") ?? "";
      for (const field of fields) expect(header).toContain(`${field};action=dropped`);
      const row = await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
      expect(row).toMatchObject({ outcome: "completed", passthrough: false, losses: header });
    }
  });

  test.each([chatSurface, messagesSurface])(
    "$name: a strict request, and a strict key, are refused before the vendor is called",
    async (surface) => {
      const { body, fields } = lossy[surface.name];
      const created = await world.penstock.api("POST", "/keys", {
        name: `strict-${surface.name}`,
        strict: true,
      });
      const { value } = created.body as { value: string };
      const before = world.chat.requests.length + world.anthropic.requests.length;
      for (const headers of [{ "x-penstock-strict": "true" }, { authorization: `Bearer ${value}` }]) {
        const response = await world.penstock.post(surface.path, body, { headers });
        expect([response.status, response.headers.get("x-penstock-error")]).toEqual([400, "loss_refused"]);
        const text = await response.text();
        for (const field of fields) expect(text).toContain(field);
        expect(response.headers.get("x-penstock-loss")).toContain(fields[0] ?? "");
      }
      expect(world.chat.requests.length + world.anthropic.requests.length).toBe(before);
      // What loses nothing is let through.
      const model = surface.name === "chat" ? "gpt-4o-mini" : "claude-sonnet-4-5";
      const fine = await world.penstock.post(surface.path, surface.body(model), {
        headers: { "x-penstock-strict": "true" },
      });
      expect(fine.status).toBe(200);
    },
  );
});
