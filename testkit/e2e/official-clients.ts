import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { TestPenstock } from "../penstock.ts";
import type { Surface } from "./world.ts";

export interface Asked {
  readonly surface: Surface;
  readonly model: string;
  readonly stream: boolean;
}

/** The official client of the surface, unchanged but for its base URL, key and retries. */
export function openAiClient(penstock: TestPenstock, apiKey = penstock.gatewayKey): OpenAI {
  return new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey, maxRetries: 0 });
}

export function anthropicClient(penstock: TestPenstock, apiKey = penstock.gatewayKey): Anthropic {
  return new Anthropic({ baseURL: penstock.url, apiKey, maxRetries: 0 });
}

/** Asks once through the surface's official client; the text of the answer, or what the client threw. */
export async function ask(
  penstock: TestPenstock,
  { surface, model, stream }: Asked,
): Promise<{ readonly text: string; readonly error: unknown }> {
  let text = "";
  try {
    if (surface.name === "chat") {
      const chat = openAiClient(penstock).chat.completions;
      const params = { model, messages: [{ role: "user" as const, content: "Say hello." }] };
      if (stream) {
        for await (const chunk of await chat.create({ ...params, stream }))
          text += chunk.choices[0]?.delta.content ?? "";
      } else text = (await chat.create(params)).choices[0]?.message.content ?? "";
    } else {
      const { messages } = anthropicClient(penstock);
      const params = { model, max_tokens: 300, messages: [{ role: "user" as const, content: "Say hello." }] };
      if (stream) {
        for await (const event of await messages.create({ ...params, stream }))
          if (event.type === "content_block_delta" && event.delta.type === "text_delta")
            text += event.delta.text;
      } else {
        const { content } = await messages.create(params);
        text = content.map((block) => (block.type === "text" ? block.text : "")).join("");
      }
    }
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}

/** The class the surface's client throws for a status. */
export function errorClass(surface: Surface, status: number): new (...args: never[]) => Error {
  const client = surface.name === "chat" ? OpenAI : Anthropic;
  if (status === 400) return client.BadRequestError;
  if (status === 401) return client.AuthenticationError;
  if (status === 403) return client.PermissionDeniedError;
  if (status === 404) return client.NotFoundError;
  if (status === 429) return client.RateLimitError;
  return status >= 500 ? client.InternalServerError : client.APIError;
}
