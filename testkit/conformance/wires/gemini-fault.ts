import type { ScriptFault } from "../model/script.ts";
import type { FaultScript, WireFault } from "./wire.ts";

const faults: Readonly<Record<ScriptFault, readonly [code: number, status: string]>> = {
  invalid: [400, "INVALID_ARGUMENT"],
  // An unknown key is a bad request here.
  authentication: [400, "INVALID_ARGUMENT"],
  not_found: [404, "NOT_FOUND"],
  context_exceeded: [400, "INVALID_ARGUMENT"],
  rate_limited: [429, "RESOURCE_EXHAUSTED"],
  quota: [429, "RESOURCE_EXHAUSTED"],
  server_error: [500, "INTERNAL"],
  overloaded: [503, "UNAVAILABLE"],
};

/** What only the details or the words tell apart, as the vendor writes them. */
const details: Readonly<Partial<Record<ScriptFault, object>>> = {
  authentication: {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "API_KEY_INVALID",
    domain: "googleapis.com",
  },
  quota: {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: [
      {
        quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        quotaValue: "20",
      },
    ],
  },
};
const tooLong = "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).";

/** A failure as Google words it. */
export function geminiFault({ fault, message }: FaultScript): WireFault {
  const [code, status] = faults[fault];
  const detail = details[fault];
  const error = {
    code,
    message: fault === "context_exceeded" ? tooLong : message,
    status,
    ...(detail !== undefined && { details: [detail] }),
  };
  return { status: code, json: { error } };
}
