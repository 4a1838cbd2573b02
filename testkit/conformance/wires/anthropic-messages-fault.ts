import type { ScriptFault } from "../model/script.ts";
import type { FaultScript } from "./wire.ts";

const faults: Readonly<Record<ScriptFault, readonly [status: number, type: string]>> = {
  invalid: [400, "invalid_request_error"],
  authentication: [401, "authentication_error"],
  not_found: [404, "not_found_error"],
  context_exceeded: [400, "invalid_request_error"],
  rate_limited: [429, "rate_limit_error"],
  quota: [402, "billing_error"],
  server_error: [500, "api_error"],
  overloaded: [529, "overloaded_error"],
};

/** A failure as Anthropic words it. */
export function messagesFault({ fault, message }: FaultScript) {
  const [status, type] = faults[fault];
  return { status, payload: { type: "error", error: { type, message }, request_id: "req_conformance" } };
}
