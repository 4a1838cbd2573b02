import { z } from "zod";
import { unreachable } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { Connection } from "../connection.ts";
import { harmless } from "../output/terminal.ts";
import { readEvents } from "./sse-lines.ts";

export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface ChatAnswer {
  readonly text: string;
  /** Of the ledger's row. */
  readonly requestId: string | undefined;
  /** As the answer names it. */
  readonly model: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  /** Milliseconds from sending to the last byte. */
  readonly elapsedMs: number;
}

export interface AskOptions {
  readonly messages: readonly ChatMessage[];
  /** Undefined: the organization's default. */
  readonly model: string | undefined;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

const errorSchema = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) });
const chunkSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).optional(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/** Sends a conversation to the gateway and streams the answer. Throws `CliError` with the gateway's own words. */
export async function ask(connection: Connection, options: AskOptions): Promise<ChatAnswer> {
  const started = performance.now();
  const response = await send(connection, options);
  if (!response.ok || !response.body) throw await refused(response);
  let [text, model]: [string, string | undefined] = ["", undefined];
  let usage: ChatAnswer["usage"];
  let done = false;
  try {
    for await (const data of readEvents(response.body)) {
      if (data === "[DONE]") {
        done = true;
        continue;
      }
      const chunk = parseChunk(data);
      model = chunk.model ?? model;
      if (chunk.usage) usage = { input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens };
      const { content, refusal } = chunk.choices[0]?.delta ?? {};
      const delta = content ?? refusal ?? "";
      if (delta === "") continue;
      text += delta;
      options.onText(delta);
    }
  } catch (error) {
    if (error instanceof CliError || options.signal.aborted) throw error;
    throw new CliError("the answer broke off: the connection was closed");
  }
  if (!done) throw new CliError("the answer broke off before it was complete");
  const requestId = response.headers.get("x-penstock-request-id") ?? undefined;
  return { text, requestId, model, usage, elapsedMs: performance.now() - started };
}

async function send({ url, key }: Connection, { messages, model, signal }: AskOptions): Promise<Response> {
  try {
    return await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } }),
      redirect: "manual",
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable(url);
  }
}

function parseChunk(data: string): z.infer<typeof chunkSchema> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw new CliError("the gateway sent something that is not JSON; check the URL");
  }
  const failed = errorSchema.safeParse(json).data;
  if (failed) throw new CliError(harmless(failed.error.message));
  const chunk = chunkSchema.safeParse(json).data;
  if (!chunk) throw new CliError("the gateway sent something that is no answer; check the URL");
  return chunk;
}

async function refused(response: Response): Promise<CliError> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = errorSchema.safeParse(body).data?.error;
  if (!error)
    return new CliError(`the gateway answered ${response.status} without saying why; check the URL`);
  const choose = error.code === "model_missing" || error.code === "model_not_found";
  return new CliError(harmless(error.message), {
    details: choose ? ["Choose one with --model; `penstock models list --enabled` shows them."] : [],
  });
}
