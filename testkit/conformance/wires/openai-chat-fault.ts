import type { ScriptFault } from "../model/script.ts";
import type { FaultScript } from "./wire.ts";

const faults: Readonly<Record<ScriptFault, readonly [status: number, type: string, code: string | null]>> = {
  invalid: [400, "invalid_request_error", "invalid_value"],
  authentication: [401, "invalid_request_error", "invalid_api_key"],
  not_found: [404, "invalid_request_error", "model_not_found"],
  context_exceeded: [400, "invalid_request_error", "context_length_exceeded"],
  rate_limited: [429, "tokens", "rate_limit_exceeded"],
  quota: [429, "insufficient_quota", "insufficient_quota"],
  server_error: [500, "server_error", null],
  overloaded: [503, "server_error", "server_is_overloaded"],
};

/** A failure as OpenAI words it. */
export function chatFault({ fault, message }: FaultScript) {
  const [status, type, code] = faults[fault];
  return { status, error: { message, type, param: null, code } };
}
