import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import { type Effort, efforts } from "../../wire/neutral/request.ts";
import { readArray, readCount, readObject } from "./read-value.ts";

/**
 * What an entry of a chat-completions server's list says of the model, where it says anything: OpenRouter's
 * `supported_parameters`, `reasoning` and `top_provider`, Vercel's `tags` and `max_tokens`. What is not said is unknown.
 */
export function readChatTraits(model: Readonly<Record<string, unknown>>): ModelTraits {
  const parameters = readArray(model.supported_parameters);
  const tags = readArray(model.tags);
  const maxOutputTokens =
    readCount(readObject(model.top_provider)?.max_completion_tokens) ?? readCount(model.max_tokens);
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(parameters !== undefined && traitsOf(parameters)),
    ...(tags !== undefined && { reasoning: tags.includes("reasoning") ? "effort" : "none" }),
    ...readReasoning(model.reasoning),
  };
}

function traitsOf(parameters: readonly unknown[]): ModelTraits {
  return {
    reasoning: parameters.includes("reasoning") ? "effort" : "none",
    sampling: parameters.includes("temperature"),
    structuredOutput: parameters.includes("structured_outputs"),
    ...(parameters.includes("tools") && { forcedToolChoice: parameters.includes("tool_choice") }),
  };
}

function readReasoning(value: unknown): ModelTraits {
  const reasoning = readObject(value);
  const supported = readArray(reasoning?.supported_efforts);
  const known = efforts.filter((effort: Effort) => supported?.includes(effort));
  return {
    ...(known.length > 0 && { efforts: known }),
    ...(reasoning?.mandatory === true && { alwaysReasons: true }),
  };
}
