import type { DiscoveredModel } from "../driver.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/**
 * `GET /models` of chat-completions servers: `{data: [{id, …}]}`, or the bare array some send. Not paginated. Names of
 * the context length differ: `context_window` (Groq), `context_length` (Together, OpenRouter), `max_model_len` (vLLM),
 * `max_context_length` (Mistral, LM Studio).
 */
export function readChatModels(body: unknown): ModelPage | undefined {
  const data = readArray(body) ?? readArray(readObject(body)?.data) ?? readArray(readObject(body)?.models);
  if (data === undefined) return undefined;
  return { models: data.map(readModel).filter((model) => model !== undefined), next: undefined };
}

const contextFields = ["context_window", "context_length", "max_model_len", "max_context_length"] as const;

function readModel(value: unknown): DiscoveredModel | undefined {
  const model = readObject(value);
  const id = readText(model?.id) ?? readText(model?.name);
  if (model === undefined || id === undefined) return undefined;
  const contextTokens = contextFields
    .map((field) => readCount(model[field]))
    .find((count) => count !== undefined);
  const displayName = readText(model.display_name);
  return {
    id,
    kind: kindOf(id, readText(model.type)),
    ...(displayName !== undefined && { displayName }),
    ...(contextTokens !== undefined && { contextTokens }),
  };
}

/** The list says nothing of what a model is for, except on servers that send `type`; the id has to do. */
function kindOf(id: string, type: string | undefined): "chat" | "embedding" | "other" {
  if (/embed/i.test(type ?? id)) return "embedding";
  if (type !== undefined && /^(image|audio|moderation|rerank|transcribe|video)/i.test(type)) return "other";
  const other =
    /(^|[/-])(whisper|tts|dall-e|sora|moderation|rerank|babbage|davinci)|-(tts|transcribe|realtime|image)(-|$)/i;
  return other.test(id) || /^(gpt-)?(image|realtime)-/i.test(id) ? "other" : "chat";
}
