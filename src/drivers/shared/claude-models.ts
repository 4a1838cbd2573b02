import type { Modality } from "../../plane/vendor-facts.ts";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import { type Effort, efforts } from "../../wire/neutral/request.ts";
import type { DiscoveredModel } from "../driver.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readCount, readObject, readText } from "./read-value.ts";

/**
 * A page of the models list of the Messages API: `{data, has_more, last_id}`. Older deployments leave out limits and
 * capabilities, which are then unknown. Source: Anthropic's API reference, "List Models".
 */
export function readClaudeModels(body: unknown): ModelPage | undefined {
  const page = readObject(body);
  const data = readArray(page?.data);
  if (page === undefined || data === undefined) return undefined;
  return {
    models: data.map(readModel).filter((model) => model !== undefined),
    next: page.has_more === true ? readText(page.last_id) : undefined,
  };
}

function readModel(value: unknown): DiscoveredModel | undefined {
  const model = readObject(value);
  const id = readText(model?.id);
  if (model === undefined || id === undefined) return undefined;
  const displayName = readText(model.display_name);
  const contextTokens = readCount(model.max_input_tokens);
  const input = readInput(readObject(model.capabilities));
  return {
    id,
    kind: "chat",
    ...(displayName !== undefined && { displayName }),
    ...(contextTokens !== undefined && { contextTokens }),
    traits: readTraits(model),
    ...(input !== undefined && { facts: { input } }),
  };
}

/** Text is taken always; what the list does not say is unknown. */
function readInput(
  capabilities: Readonly<Record<string, unknown>> | undefined,
): readonly Modality[] | undefined {
  const images = supported(capabilities?.image_input);
  if (images === undefined) return undefined;
  const files = supported(capabilities?.pdf_input) === true;
  return ["text", ...(images ? (["image"] as const) : []), ...(files ? (["file"] as const) : [])];
}

function readTraits(model: Readonly<Record<string, unknown>>): ModelTraits {
  const capabilities = readObject(model.capabilities);
  const maxOutputTokens = readCount(model.max_tokens);
  const structuredOutput = supported(capabilities?.structured_outputs);
  const reasoning = readReasoning(capabilities?.thinking);
  const accepted = readEfforts(capabilities?.effort);
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(structuredOutput !== undefined && { structuredOutput }),
    ...(reasoning !== undefined && { reasoning }),
    ...(accepted !== undefined && { efforts: accepted }),
  };
}

function readReasoning(value: unknown): ModelTraits["reasoning"] {
  const thinking = supported(value);
  if (thinking === false) return "none";
  const types = readObject(readObject(value)?.types);
  if (supported(types?.adaptive) === true) return "adaptive";
  return supported(types?.enabled) === true ? "budget" : undefined;
}

function readEfforts(value: unknown): readonly Effort[] | undefined {
  const effort = readObject(value);
  if (effort === undefined || supported(effort) !== true) return undefined;
  const accepted = efforts.filter((name) => supported(effort[name]) === true);
  return accepted.length === 0 ? undefined : accepted;
}

function supported(value: unknown): boolean | undefined {
  const flag = readObject(value)?.supported;
  return typeof flag === "boolean" ? flag : undefined;
}
