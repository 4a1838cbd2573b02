import { describe, expect, test } from "bun:test";
import { startAnthropicMock } from "../anthropic-server.ts";
import { startOpenAiChatMock } from "../openai-chat-server.ts";
import type { MockVendor } from "./mock-server.ts";
import { readRecordedEvents, readRecording } from "./recording.ts";

const hello = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };

function ask(mock: MockVendor, init: { stream?: boolean; signal?: AbortSignal } = {}): Promise<Response> {
  return fetch(`${mock.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${mock.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...hello, stream: init.stream ?? false }),
    ...(init.signal !== undefined && { signal: init.signal }),
  });
}

async function chunksOf(response: Response): Promise<readonly string[]> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  if (response.body !== null) for await (const chunk of response.body) chunks.push(decoder.decode(chunk));
  return chunks;
}

describe("a scripted reply", () => {
  test("is given once, then the mock answers by itself", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply({ json: { scripted: true } });
    expect(await (await ask(mock)).json()).toEqual({ scripted: true });
    expect(await (await ask(mock)).text()).toContain("You said: Hello");
  });

  test("can be an HTML page, or a 429 with a header", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply(
      { status: 502, body: "<html>Bad Gateway</html>" },
      { status: 429, headers: { "retry-after": "7" }, json: { error: { message: "slow down" } } },
    );
    const page = await ask(mock);
    expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
      502,
      "text/html",
      "<html>Bad Gateway</html>",
    ]);
    expect((await ask(mock)).headers.get("retry-after")).toBe("7");
  });

  test("can depend on the request", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply(({ path }) => ({ json: { path } }));
    expect(await (await ask(mock)).json()).toEqual({ path: "/v1/chat/completions" });
  });

  test("does not excuse a bad request, unless it says so", async () => {
    await using mock = startOpenAiChatMock({ apiKey: "sk-other" });
    const stranger = { ...mock, apiKey: "sk-wrong" };
    mock.reply({ json: {} }, { json: {}, unchecked: true });
    expect((await ask(stranger)).status).toBe(401);
    expect((await ask(stranger)).status).toBe(200);
  });

  test("replays a recorded stream in the vendor's own framing", async () => {
    await using chat = startOpenAiChatMock();
    chat.reply({ recording: "openai/chat/openai-text.chunks.txt" });
    const lines = await readRecordedEvents("openai/chat/openai-text.chunks.txt");
    const framed = lines.map((line) => `data: ${line}\n\n`).join("");
    expect(await (await ask(chat, { stream: true })).text()).toBe(`${framed}data: [DONE]\n\n`);

    await using messages = startAnthropicMock();
    messages.reply({ recording: "anthropic/anthropic-text.chunks.txt", unchecked: true });
    const response = await fetch(`${messages.url}/v1/messages`, { method: "POST", body: "{}" });
    expect(await response.text()).toMatch(
      /^event: message_start\ndata: \{"type":"message_start"[^\n]*\}\n\nevent: /,
    );
  });

  test("replays a recorded body", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply({ recording: "openai/chat/openai-text.json" });
    expect(await (await ask(mock)).json()).toEqual(
      JSON.parse(await readRecording("openai/chat/openai-text.json")),
    );
  });
});

describe("the pace of a reply", () => {
  test("cuts the body where told", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply(
      { body: "abcdefgh", pace: { cutAt: [1, 3, 100], betweenMs: 15 } },
      { body: "abcdefgh", pace: { chunkBytes: 3, betweenMs: 15 } },
    );
    expect(await chunksOf(await ask(mock))).toEqual(["a", "bc", "defgh"]);
    expect(await chunksOf(await ask(mock))).toEqual(["abc", "def", "gh"]);
  });

  test("cuts the connection in the middle", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply({ body: "abcdefgh", pace: { dropAfter: 3 } });
    const response = await ask(mock);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe("abc");
    const end = await reader?.read().then(
      () => "ended",
      () => "broken",
    );
    expect(end).toBe("broken");
  });

  test("falls silent with the connection open, and sees the client leave", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply({ body: "abcdefgh", pace: { silentAfter: 2 } });
    const abort = new AbortController();
    const response = await ask(mock, { signal: abort.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("ab");
    const silence = await Promise.race([
      reader?.read().catch(() => "gone"),
      Bun.sleep(50).then(() => "silent"),
    ]);
    expect(silence).toBe("silent");
    expect(mock.lastRequest().isAborted).toBe(false);
    const left = performance.now();
    abort.abort();
    expect((await mock.lastRequest().aborted) - left).toBeLessThan(1000);
    expect(mock.lastRequest().isAborted).toBe(true);
  });

  test("sees the client leave before anything was answered", async () => {
    await using mock = startOpenAiChatMock();
    mock.reply({ json: {}, pace: { delayMs: 5000 } });
    const abort = new AbortController();
    const asked = ask(mock, { signal: abort.signal }).catch(() => "aborted");
    const request = await mock.nextRequest();
    abort.abort();
    expect(await asked).toBe("aborted");
    expect(await request.aborted).toBeGreaterThan(0);
  });

  test("an answer that was read to its end counts as no abort", async () => {
    await using mock = startOpenAiChatMock();
    await (await ask(mock, { stream: true })).text();
    await Bun.sleep(20);
    expect(mock.lastRequest().isAborted).toBe(false);
  });
});
