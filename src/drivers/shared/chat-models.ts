import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { DiscoveredModel } from "../driver.ts";
import { readChatFacts } from "./chat-facts.ts";
import { readChatTraits } from "./chat-traits.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/**
 * `GET /models` of chat-completions servers: `{data: [{id, …}]}`, or the bare array some send. Not paginated. Names of
 * the context length differ: `context_window` (Groq, Vercel), `context_length` (Together, OpenRouter, Fireworks),
 * `max_model_len` (vLLM), `max_context_length` (Mistral, LM Studio). A model marked as deprecated is left out.
 */
export function readChatModels(body: unknown): ModelPage | undefined {
  const data = readArray(body) ?? readArray(readObject(body)?.data) ?? readArray(readObject(body)?.models);
  if (data === undefined) return undefined;
  return { models: data.map(readModel).filter((model) => model !== undefined), next: undefined };
}

const contextFields = ["context_window", "context_length", "max_model_len", "max_context_length"] as const;

type Entry = Readonly<Record<string, unknown>>;

function readModel(value: unknown): DiscoveredModel | undefined {
  const model = readObject(value);
  const id = readText(model?.id) ?? readText(model?.name);
  if (model === undefined || id === undefined || readText(model.deprecation) !== undefined) return undefined;
  const contextTokens = contextFields
    .map((field) => readCount(model[field]))
    .find((count) => count !== undefined);
  const displayName = nameOf(model, id);
  const traits: ModelTraits = readChatTraits(model);
  const facts = readChatFacts(model);
  return {
    id,
    kind: kindOf(id, model),
    ...(displayName !== undefined && { displayName }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(Object.keys(traits).length > 0 && { traits }),
    ...(facts !== undefined && { facts }),
  };
}

function nameOf(model: Entry, id: string): string | undefined {
  const name = readText(model.display_name) ?? readText(model.name);
  return name === id ? undefined : name;
}

function kindOf(id: string, model: Entry): "chat" | "embedding" | "other" {
  const kind = kindById(id, readText(model.type) ?? readText(model.kind));
  if (kind !== "chat") return kind;
  const outputs = readArray(readObject(model.architecture)?.output_modalities);
  if (outputs !== undefined && !outputs.includes("text"))
    return outputs.includes("embeddings") ? "embedding" : "other";
  const chats = model.supports_chat ?? readObject(model.capabilities)?.completion_chat;
  return chats === false ? "other" : "chat";
}

/** Most lists say nothing of what a model is for; the id has to do. */
function kindById(id: string, type: string | undefined): "chat" | "embedding" | "other" {
  if (/embed/i.test(type ?? "")) return "embedding";
  if (!/^(chat|language)/i.test(type ?? "") && /embed/i.test(id)) return "embedding";
  if (type !== undefined && /^(image|audio|moderation|rerank|transcribe|video|flumina)/i.test(type))
    return "other";
  const other =
    /(^|[/-])(whisper|tts|dall-e|sora|moderation|rerank|babbage|davinci)|-(tts|transcribe|realtime|image)(-|$)/i;
  return other.test(id) || /^(gpt-)?(image|realtime)-/i.test(id) ? "other" : "chat";
}
