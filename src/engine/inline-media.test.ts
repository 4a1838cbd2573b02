import { describe, expect, test } from "bun:test";
import type { PenstockError } from "../errors/penstock-error.ts";
import { PenstockError as Failure } from "../errors/penstock-error.ts";
import { anthropicMessages } from "../wire/anthropic-messages/protocol.ts";
import { bedrockConverse } from "../wire/bedrock-converse/protocol.ts";
import { gemini } from "../wire/gemini/protocol.ts";
import { LossList } from "../wire/neutral/loss.ts";
import type { ModelTraits } from "../wire/neutral/model-traits.ts";
import type { UserPart } from "../wire/neutral/part.ts";
import type { NeutralRequest } from "../wire/neutral/request.ts";
import { ollama } from "../wire/ollama/protocol.ts";
import { openaiChat } from "../wire/openai-chat/protocol.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { FetchMedia } from "./engine-context.ts";
import { type InlineOptions, inlineMedia, mediaLimits } from "./inline-media.ts";
import { ClientGone } from "./send.ts";

const png = Buffer.from("89504e470d0a1a0a0000", "hex");
const pdf = Buffer.from("%PDF-1.7\nhello");
const csv = Buffer.from("a,b\n1,2\n");
const url = "https://files.test/a.png";

const image = (address = url) => ({ type: "image", source: { kind: "url", url: address } }) as const;
const file = (address: string) => ({ type: "file", source: { kind: "url", url: address } }) as const;
const user = (...parts: UserPart[]) => ({ role: "user", parts }) as const;
const request = (...messages: NeutralRequest["messages"]): NeutralRequest => ({
  model: "m",
  system: [],
  messages,
  tools: [],
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
});

/** Serves the same bytes for every URL, and remembers which were asked for. */
function serve(bytes: Uint8Array, mediaType?: string): FetchMedia & { readonly asked: string[] } {
  const asked: string[] = [];
  const fetchMedia: FetchMedia = async (address, { take }) => {
    asked.push(address);
    take(bytes.length);
    return { bytes, mediaType };
  };
  return Object.assign(fetchMedia, { asked });
}

const inline = (whole: NeutralRequest, options: Partial<InlineOptions> = {}) =>
  inlineMedia(whole, {
    wire: bedrockConverse,
    traits: {},
    fetchMedia: serve(png, "image/png"),
    allowsHost: () => true,
    signal: new AbortController().signal,
    ...options,
  });
const failure = (whole: NeutralRequest, options: Partial<InlineOptions> = {}) =>
  inline(whole, options).then(
    () => Promise.reject(new Error("it was taken")),
    (error: PenstockError) => error,
  );

test("no host is asked that the organization does not allow, by a redirect either", async () => {
  const allowsHost = (host: string) => host === "files.test";
  const direct = serve(png);
  const refused = await failure(request(user(image("https://other.test/a.png"))), {
    allowsHost,
    fetchMedia: direct,
  });
  expect([refused.code, refused.param, direct.asked]).toEqual([
    "media_unavailable",
    "messages[0].content[0]",
    [],
  ]);
  expect(refused.message).toContain("not among those the organization allows");
  const redirecting: FetchMedia = async (_, { admit }) => {
    admit("other.test");
    return { bytes: png, mediaType: "image/png" };
  };
  const moved = await failure(request(user(image("https://files.test/a.png"))), {
    allowsHost,
    fetchMedia: redirecting,
  });
  expect(moved.message).toContain("not among those the organization allows");
});

describe("what is fetched", () => {
  test.each<[string, Protocol, ModelTraits, string, boolean]>([
    ["Converse fetches nothing itself", bedrockConverse, {}, url, true],
    ["Converse reads its own cloud's store", bedrockConverse, {}, "s3://bucket/a.png", false],
    ["Ollama fetches nothing itself", ollama, {}, url, true],
    ["older Gemini models fetch nothing", gemini, { mediaByUrl: false }, url, true],
    ["newer ones do", gemini, { mediaByUrl: true }, url, false],
    ["a model nobody knows is taken for a newer one", gemini, {}, url, false],
    ["all read Google's store", gemini, { mediaByUrl: false }, "gs://bucket/a.png", false],
    ["and films", gemini, { mediaByUrl: false }, "https://www.youtube.com/watch?v=x", false],
    ["and uploaded files", gemini, { mediaByUrl: false }, "https://g.test/v1beta/files/abc", false],
    ["Messages fetches itself", anthropicMessages, {}, url, false],
    ["Chat fetches itself", openaiChat, {}, url, false],
  ])("%s", async (_, wire, traits, address, fetched) => {
    const fetchMedia = serve(png);
    const whole = request(user(image(address)));
    const after = await inline(whole, { wire, traits, fetchMedia });
    expect(fetchMedia.asked).toEqual(fetched ? [address] : []);
    if (!fetched) expect(after).toBe(whole);
  });

  test("every image, file and clip, in the results of tools as well, in its own place", async () => {
    const text = { type: "text", text: "Look." } as const;
    const whole = request(
      user(text, image(), text),
      { role: "assistant", parts: [{ type: "text", text: "Mm." }] },
      {
        role: "tool",
        parts: [{ type: "tool_result", toolCallId: "c", isError: false, content: [text, image()] }],
      },
    );
    const source = { kind: "base64", mediaType: "image/png", data: png.toString("base64") } as const;
    const seen = { type: "image", source } as const;
    expect((await inline(whole)).messages).toEqual([
      user(text, seen, text),
      ...whole.messages.slice(1, 2),
      {
        role: "tool",
        parts: [{ type: "tool_result", toolCallId: "c", isError: false, content: [text, seen] }],
      },
    ]);
    // What came in is still what came in.
    expect(whole.messages[0]).toEqual(user(text, image(), text));
  });

  test("a document keeps the name of its URL, and nothing is lost on the way", async () => {
    const fetchMedia = serve(pdf, "application/octet-stream");
    const ask = { type: "text", text: "Sum up." } as const;
    const whole = request(user(ask, file("https://files.test/q3/Annual%20report_2026.final.pdf?sig=x")));
    const after = await inline(whole, { fetchMedia });
    const losses = new LossList();
    const body = bedrockConverse.encodeRequest(after, { model: "m", traits: {}, quirks: {}, losses });
    expect(losses.toHeader()).toBe("");
    expect(JSON.parse(body).messages[0].content[1].document).toEqual({
      format: "pdf",
      name: "Annual-report-2026-final",
      source: { bytes: pdf.toString("base64") },
    });
  });

  test("text is what it was declared as, and a clip's format is what it holds", async () => {
    const { messages } = await inline(request(user(file("https://files.test/"))), {
      fetchMedia: serve(csv, "text/csv"),
    });
    expect(messages[0]).toMatchObject({
      parts: [{ filename: "document", source: { mediaType: "text/csv" } }],
    });
    const clip = { type: "audio", format: "wav", source: { kind: "url", url } } as const;
    const after = await inline(request(user(clip)), {
      fetchMedia: serve(Buffer.from("ID3\x04....", "latin1")),
    });
    expect(after.messages[0]).toMatchObject({
      parts: [{ format: "mp3", source: { mediaType: "audio/mpeg" } }],
    });
  });
});

describe("what is refused, by the name of the part", () => {
  const second = request(user({ type: "text", text: "Look." }, image()));
  const param = "messages[0].content[1]";

  test.each<[string, FetchMedia, string]>([
    ["an HTML page for an image", serve(Buffer.from("<html>"), "image/png"), "text/plain, not image"],
    ["a PDF for an image", serve(pdf, "image/png"), "application/pdf, not image"],
    ["a type the vendor does not take", serve(Buffer.from("II*\0....")), "image/tiff"],
    ["bytes that are nothing", serve(Buffer.alloc(9), "image/png"), "recognized"],
    ["nothing at all", serve(Buffer.alloc(0), "image/png"), "recognized"],
  ])("%s", async (_, fetchMedia, words) => {
    const error = await failure(second, { fetchMedia });
    expect([error.code, error.status, error.param]).toEqual(["media_unavailable", 400, param]);
    expect(error.message).toContain(param);
    expect(error.message).toContain(words);
  });

  test.each(["gs://bucket/a.png", "ftp://files.test/a.png", "file:///etc/passwd", "//files.test/a.png"])(
    "%s, unless the vendor reads it",
    async (address) => {
      for (const wire of [bedrockConverse, ollama, anthropicMessages]) {
        const error = await failure(request(user(image(address))), { wire });
        expect([error.code, error.status, error.param]).toEqual([
          "media_unavailable",
          400,
          "messages[0].content[0]",
        ]);
      }
    },
  );

  test("an address this server may not reach", async () => {
    const fetchMedia: FetchMedia = async () => {
      throw new Failure("egress_refused", { fields: { target: "the host of that URL" } });
    };
    const error = await failure(second, { fetchMedia });
    expect([error.code, error.status, error.param]).toEqual(["egress_refused", 400, param]);
  });

  test("one that is too large, all that are too large together, too many of them", async () => {
    const limits = { ...mediaLimits, bytesEach: 15, bytesInAll: 25, count: 3 };
    const one = await failure(second, { limits: { ...limits, bytesEach: 9 } });
    expect(one.message).toContain("larger than");
    const all = await failure(request(user(image(), image(), image())), { limits });
    expect(all.message).toContain("in all");
    const fetchMedia = serve(png);
    const many = await failure(request(user(image(), image(), image(), image())), { limits, fetchMedia });
    expect([many.param, fetchMedia.asked]).toEqual(["messages[0].content[3]", []]);
    const fits = { ...limits, bytesInAll: 30 };
    expect((await inline(request(user(image(), image(), image())), { limits: fits })).messages).toHaveLength(
      1,
    );
  });

  test("one that takes too long, and the fetch is ended", async () => {
    let ended: AbortSignal | undefined;
    const fetchMedia: FetchMedia = (_, { signal }) => {
      ended = signal;
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const error = await failure(second, { fetchMedia, limits: { ...mediaLimits, milliseconds: 10 } });
    expect(error.message).toContain("within 0.01 s");
    expect(ended?.aborted).toBe(true);
  });
});

test("the client's departure ends the fetches and is no error", async () => {
  const client = new AbortController();
  const fetchMedia: FetchMedia = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const pending = failure(request(user(image())), { fetchMedia, signal: client.signal });
  client.abort();
  expect(await pending).toBeInstanceOf(ClientGone);
});

test("four are fetched at a time, and the first failure ends the others", async () => {
  let running = 0;
  let most = 0;
  let aborted = 0;
  let asked = 0;
  const fetchMedia: FetchMedia = async (address, { signal }) => {
    asked++;
    most = Math.max(most, ++running);
    signal.addEventListener("abort", () => aborted++);
    await Bun.sleep(address.endsWith("bad") ? 5 : 20);
    running--;
    if (address.endsWith("bad")) throw new Failure("media_unavailable", { fields: { reason: "gone" } });
    return { bytes: png, mediaType: "image/png" };
  };
  const parts = Array.from({ length: 8 }, () => image());
  await inline(request(user(...parts)), { fetchMedia });
  expect(most).toBe(4);
  asked = 0;
  const error = await failure(request(user(image("https://files.test/bad"), ...parts)), { fetchMedia });
  // Those that were under way come to their end; nothing more is asked for.
  await Bun.sleep(40);
  expect([error.param, asked, aborted > 0]).toEqual(["messages[0].content[0]", 4, true]);
});
