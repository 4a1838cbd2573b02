import { readField } from "../../wire/json/top-level.ts";
import type { Call } from "../call.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type { RoutedCall } from "../read-call.ts";

/** What a call will use, before anybody was asked. Tokens. */
export interface CallEstimate {
  readonly input: number;
  /** The most the caller lets it answer; undefined: the request does not say. */
  readonly maxOutput: number | undefined;
}

/** The fields in which the surfaces say how long an answer may be. */
const limits = ["max_completion_tokens", "max_output_tokens", "max_tokens"] as const;

/** A rough estimate of what a call uses, from its length and from what it says of the answer's. */
export function estimateCall(call: Pick<Call, "body">, { scan }: Pick<RoutedCall, "scan">): CallEstimate {
  const { body } = call;
  const input = estimateTokens(body.byteLength);
  for (const name of limits) {
    const value = scan.fields.has(name) ? readField(body, scan, name) : undefined;
    if (isCount(value)) return { input, maxOutput: value };
  }
  for (const name of ["generationConfig", "generation_config"]) {
    const config = scan.fields.has(name) ? readField(body, scan, name) : undefined;
    if (typeof config !== "object" || config === null) continue;
    const fields: { maxOutputTokens?: unknown; max_output_tokens?: unknown } = config;
    const value = fields.maxOutputTokens ?? fields.max_output_tokens;
    if (isCount(value)) return { input, maxOutput: value };
  }
  return { input, maxOutput: undefined };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
