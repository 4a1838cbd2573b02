import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { DiscoveredModel } from "../driver.ts";
import type { IsRefusal } from "./get-json.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/**
 * A page of `GET /v1beta/models`: `{models, nextPageToken}`. Names begin with their collection, `models/`, which is no
 * part of the id; those of tuned models keep theirs. Source: the Gemini API reference, "models.list".
 */
export function readGeminiModels(body: unknown): ModelPage | undefined {
  const page = readObject(body);
  // A list of nothing is an empty object.
  const list =
    page?.models === undefined && page?.error === undefined ? isEmptyPage(page) : readArray(page.models);
  if (page === undefined || list === undefined) return undefined;
  return {
    models: list.map(readModel).filter((model) => model !== undefined),
    next: readText(page.nextPageToken),
  };
}

/** An unknown key is answered with 400 and this reason. */
export function isRefusedKey({ status, body }: Parameters<IsRefusal>[0]): boolean {
  const error = readObject(readObject(body)?.error);
  const details = readArray(error?.details) ?? [];
  const reasons = details.map((detail) => readText(readObject(detail)?.reason));
  return status === 400 && reasons.some((reason) => reason?.startsWith("API_KEY_") === true);
}

function isEmptyPage(page: Readonly<Record<string, unknown>> | undefined): readonly unknown[] | undefined {
  return page !== undefined && Object.keys(page).length === 0 ? [] : undefined;
}

function readModel(value: unknown): DiscoveredModel | undefined {
  const model = readObject(value);
  const id = readText(model?.name)?.replace(/^models\//, "");
  if (model === undefined || id === undefined || id === "") return undefined;
  const displayName = readText(model.displayName);
  const contextTokens = readCount(model.inputTokenLimit);
  return {
    id,
    kind: kindOf(id, readArray(model.supportedGenerationMethods)),
    ...(displayName !== undefined && { displayName }),
    ...(contextTokens !== undefined && { contextTokens }),
    traits: readTraits(model),
  };
}

/** Only a plain "no" is said of thinking: what the list leaves out, it does not deny. */
function readTraits(model: Readonly<Record<string, unknown>>): ModelTraits {
  const maxOutputTokens = readCount(model.outputTokenLimit);
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(model.thinking === false && { reasoning: "none" as const }),
  };
}

/** Models of pictures, speech and live sessions share the method of those that chat; only their names tell. */
const otherNames =
  /-(tts|image|live|audio|native-audio|robotics|computer-use)(-|$)|^(imagen|veo|lyria|aqa|learnlm-live)/;

function kindOf(id: string, methods: readonly unknown[] | undefined): "chat" | "embedding" | "other" {
  if (methods === undefined)
    return /embedding/.test(id) ? "embedding" : otherNames.test(id) ? "other" : "chat";
  if (methods.includes("embedContent") || methods.includes("batchEmbedContents")) return "embedding";
  return methods.includes("generateContent") && !otherNames.test(id) ? "chat" : "other";
}
