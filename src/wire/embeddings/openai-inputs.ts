import { invalid } from "../read-json.ts";
import type { EmbeddingInput } from "./request.ts";

/** Inputs of one request. Source: OpenAI API reference, "Create embeddings". */
export const maxInputs = 2048;

/**
 * `input`: a text, texts, the tokens of one text, or those of several.
 *
 * @throws PenstockError `invalid_request` that names the input at fault.
 */
export function readInputs(value: unknown): readonly EmbeddingInput[] {
  if (!Array.isArray(value)) return [readText(value, "input")];
  if (value.length === 0) return invalid("input", "must not be empty");
  if (typeof value[0] === "number") return [readTokens(value, "input")];
  if (value.length > maxInputs) {
    return invalid("input", `must not have more than ${maxInputs} entries; it has ${value.length}`);
  }
  const [first] = value;
  return Array.isArray(first)
    ? value.map((tokens: unknown, i) => readTokens(tokens, `input[${i}]`))
    : value.map((text: unknown, i) => readText(text, `input[${i}]`));
}

function readText(value: unknown, path: string): EmbeddingInput {
  if (value === undefined || value === null) return invalid(path, "is missing");
  if (typeof value !== "string") {
    return invalid(path, "must be a text, a list of texts, a list of tokens or a list of such lists");
  }
  return value === "" ? invalid(path, "must not be empty") : { type: "text", text: value, path };
}

function readTokens(value: unknown, path: string): EmbeddingInput {
  if (!Array.isArray(value)) return invalid(path, "must be a list of tokens, like the first one");
  if (value.length === 0) return invalid(path, "must not be empty");
  const wrong = value.findIndex((token) => !Number.isInteger(token) || Number(token) < 0);
  if (wrong !== -1) return invalid(`${path}[${wrong}]`, "must be a token: an integer that is not negative");
  return { type: "tokens", tokens: value, path };
}
