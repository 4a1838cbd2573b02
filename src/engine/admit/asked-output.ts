import { readField, type TopLevel } from "../../wire/json/top-level.ts";
import { isObject } from "../../wire/read-json.ts";

/** How much answer a request allows, in whichever protocol it says so. */
export interface AskedOutput {
  /** Tokens of one answer; undefined: it does not say. */
  readonly most: number | undefined;
  /** Answers asked for. */
  readonly answers: number;
}

const mostFields = ["max_completion_tokens", "max_tokens", "max_output_tokens"];
const configFields = ["generationConfig", "generation_config"];

/** Reads the limits of the answer from the body's top level; what is not a number is left to whoever judges the body. */
export function askedOutput(body: Uint8Array, scan: TopLevel): AskedOutput {
  let most: number | undefined;
  let answers = 1;
  const take = (value: unknown) => {
    if (isCount(value)) most = Math.max(most ?? 0, value);
  };
  for (const name of mostFields) if (scan.fields.has(name)) take(readField(body, scan, name));
  const n = scan.fields.has("n") ? readField(body, scan, "n") : undefined;
  if (isCount(n)) answers = n;
  for (const name of configFields) {
    const config = scan.fields.has(name) ? readField(body, scan, name) : undefined;
    if (!isObject(config)) continue;
    take(config.maxOutputTokens ?? config.max_output_tokens);
    const candidates = config.candidateCount ?? config.candidate_count;
    if (isCount(candidates)) answers = candidates;
  }
  return { most, answers };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
