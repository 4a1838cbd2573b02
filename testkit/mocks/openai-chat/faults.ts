import type { ScriptedReply } from "../shared/scripted-reply.ts";

/** An error of the vendor with its own status, type, code and headers. */
export interface Fault {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The vendor's failures as it words them. */
export const openAiChatFaults = {
  rateLimited: {
    status: 429,
    type: "tokens",
    code: "rate_limit_exceeded",
    message: "Rate limit reached for gpt-4o. Please try again in 7s.",
    headers: { "retry-after": "7", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7s" },
  },
  noQuota: {
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
    message: "You exceeded your current quota, please check your plan and billing details.",
  },
  serverError: { status: 500, type: "server_error", code: null, message: "The server had an error." },
  overloaded: {
    status: 503,
    type: "server_error",
    code: "server_is_overloaded",
    message: "The engine is currently overloaded, please try again later.",
  },
} as const satisfies Record<string, Fault>;

/** The failure as an answer of its own. */
export function faultReply({ status, headers, ...error }: Fault): ScriptedReply {
  return { status, json: { error: { ...error, param: null } }, ...(headers !== undefined && { headers }) };
}

/** The failure as a chunk of a stream that has status 200, after these chunks; no `[DONE]` follows. */
export function faultInStream(
  { type, code, message }: Fault,
  before: readonly unknown[] = [],
): ScriptedReply {
  return { events: [...before, { error: { message, type, param: null, code } }] };
}
