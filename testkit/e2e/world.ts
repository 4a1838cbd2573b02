import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { type StartOptions, startPenstock, type TestPenstock } from "../penstock.ts";

/** A Penstock with one vendor on each wire: every pair of surface and wire can be tried. */
export interface World {
  readonly penstock: TestPenstock;
  readonly chat: MockVendor;
  readonly anthropic: MockVendor;
  stop(): Promise<void>;
}

/** The credential of both vendors: it must never be seen outside. */
export const vendorKey = "sk-canary-7f3a9c21d4e8b605";

/** Starts both vendors and a Penstock that knows them as `openai-prod` and `anthropic-prod`. */
export async function startWorld(options: StartOptions = {}): Promise<World> {
  const penstock = await startPenstock(options);
  const chat = startOpenAiChatMock({ apiKey: vendorKey });
  const anthropic = startAnthropicMock({ apiKey: vendorKey });
  await penstock.addProvider({
    name: "openai-prod",
    driver: "openai_completions",
    vendor: chat,
    models: ["gpt-4o-mini", "gpt-5"],
    options: { max_tokens_field: "max_completion_tokens", developer_role: true, reasoning_field: "none" },
  });
  await penstock.addProvider({
    name: "anthropic-prod",
    driver: "anthropic",
    vendor: anthropic,
    models: ["claude-sonnet-4-5", "claude-opus-4-6"],
  });
  return {
    penstock,
    chat,
    anthropic,
    async stop() {
      await penstock.stop();
      await Promise.all([chat.close(), anthropic.close()]);
    },
  };
}

/** A protocol as clients speak it, with what tests need to speak it by hand. */
export interface Surface {
  readonly name: "chat" | "messages";
  readonly path: string;
  /** A valid request. */
  body(model: string, more?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The text of a streamed answer so far. */
  streamedText(stream: string): string;
  /** What the last event of a complete stream is. */
  readonly end: string;
}

/** The payloads of a stream that is JSON, in order. */
export function payloads(stream: string): readonly Record<string, unknown>[] {
  return [...stream.matchAll(/^data: ?(\{.*)$/gm)].map(([, text]) => JSON.parse(text ?? ""));
}

const messages = [{ role: "user", content: "Say hello to the whole world." }];

export const chatSurface: Surface = {
  name: "chat",
  path: "/v1/chat/completions",
  body: (model, more) => ({ model, messages, ...more }),
  streamedText: (stream) =>
    payloads(stream)
      .flatMap((chunk) => (chunk as { choices?: { delta?: { content?: string } }[] }).choices ?? [])
      .map(({ delta }) => delta?.content ?? "")
      .join(""),
  end: "data: [DONE]",
};

export const messagesSurface: Surface = {
  name: "messages",
  path: "/v1/messages",
  body: (model, more) => ({ model, max_tokens: 200, messages, ...more }),
  streamedText: (stream) =>
    payloads(stream)
      .map((event) => (event as { delta?: { text?: string } }).delta?.text ?? "")
      .join(""),
  end: "event: message_stop",
};

/** A surface, a wire, and whether a stream is asked for. */
export interface Pair {
  readonly surface: Surface;
  readonly wire: "chat" | "messages";
  readonly model: string;
  readonly title: string;
}

/** Every pair of surface and wire. */
export const pairs: readonly Pair[] = [chatSurface, messagesSurface].flatMap((surface) => [
  { surface, wire: "chat" as const, model: "gpt-4o-mini", title: `${surface.name} on the chat wire` },
  {
    surface,
    wire: "messages" as const,
    model: "claude-sonnet-4-5",
    title: `${surface.name} on the messages wire`,
  },
]);

export function vendorOf(world: World, pair: Pick<Pair, "wire">): MockVendor {
  return pair.wire === "chat" ? world.chat : world.anthropic;
}

/** An error as both dialects tell it. */
export interface ToldError {
  readonly message: string;
  readonly type: string;
  /** Chat only. */
  readonly code?: string;
  readonly param?: string | null;
}

/** The error in an answer's body; throws when the body is not in the surface's own shape. */
export function readError(surface: Surface, body: unknown): ToldError {
  const { type, error } = body as { type?: string; error?: ToldError };
  const isDialect = surface.name === "chat" ? type === undefined : type === "error";
  if (!isDialect || typeof error?.message !== "string" || typeof error.type !== "string")
    throw new Error(`not an error of the ${surface.name} surface: ${JSON.stringify(body)}`);
  if (surface.name === "chat" && typeof error.code !== "string")
    throw new Error(`an error without a code: ${JSON.stringify(body)}`);
  return error;
}
