import { readField, type TopLevel } from "../../wire/json/top-level.ts";
import { isObject } from "../../wire/read-json.ts";

/** How much answer a request allows, in whichever protocol it says so. */
export interface AskedOutput {
  /** Tokens of one answer; undefined: it does not say. */
  most: number | undefined;
  /** Answers asked for. */
  answers: number;
}

const mostFields = ["max_completion_tokens", "max_tokens", "max_output_tokens"];
const configFields = ["generationConfig", "generation_config"];

/** Reads the limits of the answer from the body's top level; what is not a number is left to whoever judges the body. */
export function askedOutput(body: Uint8Array, scan: TopLevel): Readonly<AskedOutput> {
  const asked: AskedOutput = { most: undefined, answers: 1 };
  for (const name of mostFields) if (scan.fields.has(name)) takeMost(asked, readField(body, scan, name));
  if (scan.fields.has("n")) takeAnswers(asked, readField(body, scan, "n"));
  for (const name of configFields) {
    const config = scan.fields.has(name) ? readField(body, scan, name) : undefined;
    if (!isObject(config)) continue;
    takeMost(asked, config.maxOutputTokens ?? config.max_output_tokens);
    takeAnswers(asked, config.candidateCount ?? config.candidate_count);
  }
  return asked;
}

function takeMost(asked: AskedOutput, value: unknown): void {
  if (isCount(value)) asked.most = Math.max(asked.most ?? 0, value);
}

function takeAnswers(asked: AskedOutput, value: unknown): void {
  if (isCount(value)) asked.answers = value;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
