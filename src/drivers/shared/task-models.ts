import type { DiscoveredModel } from "../driver.ts";
import type { IsRefusal } from "./get-json.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/** The greatest page of `GET …/ai/models/search`. */
export const pageSize = 100;

/**
 * A page of models by task, `{result: [{name, task: {name}, properties: [{property_id, value}]}], result_info: {page}}`.
 * Source: AiModelsSearchObject of @cloudflare/workers-types. A page that is full has another one behind it.
 */
export function readTaskModels(body: unknown): ModelPage | undefined {
  const result = readArray(readObject(body)?.result);
  if (result === undefined) return undefined;
  const page = readCount(readObject(readObject(body)?.result_info)?.page) ?? 1;
  return {
    models: result.map(readModel).filter((model) => model !== undefined),
    next: result.length >= pageSize ? String(page + 1) : undefined,
  };
}

/** Codes of a token that is malformed (6003, 6111), unknown (1000, 9109) or not allowed here (10000). */
const refusals = new Set([1000, 6003, 6111, 9109, 10000]);

export const isRefusedToken: IsRefusal = ({ body }) =>
  (readArray(readObject(body)?.errors) ?? []).some((error) =>
    refusals.has(readCount(readObject(error)?.code) ?? 0),
  );

function readModel(value: unknown): DiscoveredModel | undefined {
  const model = readObject(value);
  const id = readText(model?.name);
  if (model === undefined || id === undefined) return undefined;
  const contextTokens = readCount(Number(propertyOf(model, "context_window")));
  return {
    id,
    kind: kindOf(readText(readObject(model.task)?.name)),
    ...(contextTokens !== undefined && { contextTokens }),
  };
}

function propertyOf(model: Readonly<Record<string, unknown>>, name: string): unknown {
  const properties = (readArray(model.properties) ?? []).map(readObject);
  return properties.find((property) => property?.property_id === name)?.value;
}

function kindOf(task: string | undefined): "chat" | "embedding" | "other" {
  if (task === undefined || task === "Text Generation") return "chat";
  return task === "Text Embeddings" ? "embedding" : "other";
}
