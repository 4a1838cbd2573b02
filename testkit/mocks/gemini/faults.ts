import type { ScriptedReply } from "../shared/scripted-reply.ts";

/** An error of the vendor with its own code and details. */
export interface Fault {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly details?: readonly unknown[];
}

const quota = (quotaId: string) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaMetric: "generate_content_free_tier_requests", quotaId, quotaValue: "20" }],
});
const retry = (retryDelay: string) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });

/** The vendor's failures as it words them. */
export const geminiFaults = {
  overloaded: {
    code: 503,
    status: "UNAVAILABLE",
    message: "The model is overloaded. Please try again later.",
  },
  rateLimited: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details.",
    details: [quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), retry("7.2s")],
  },
  noQuota: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details.",
    details: [quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), retry("34s")],
  },
  serverError: { code: 500, status: "INTERNAL", message: "An internal error has occurred." },
} as const satisfies Record<string, Fault>;

/** The failure as an answer of its own. */
export function faultReply(fault: Fault): ScriptedReply {
  return { status: fault.code, json: { error: fault } };
}

/** The failure as a chunk of a stream that has status 200, after these chunks. */
export function faultInStream(fault: Fault, before: readonly unknown[] = []): ScriptedReply {
  return { events: [...before, { error: fault }] };
}
