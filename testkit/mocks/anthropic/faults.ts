import type { ScriptedReply } from "../shared/scripted-reply.ts";

/** An error of the vendor with its own status, type and headers. */
export interface Fault {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The vendor's failures as it words them. */
export const anthropicFaults = {
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
  rateLimited: {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your organization's rate limit.",
    headers: { "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0" },
  },
  serverError: { status: 500, type: "api_error", message: "Internal server error" },
  noCredit: {
    status: 400,
    type: "invalid_request_error",
    message: "Your credit balance is too low to access the Anthropic API.",
  },
} as const satisfies Record<string, Fault>;

/** The failure as an answer of its own. */
export function faultReply({ status, type, message, headers }: Fault): ScriptedReply {
  return { status, json: body({ type, message }), ...(headers !== undefined && { headers }) };
}

/** The failure as an event of a stream that has status 200, after these events; the very first one unless told. */
export function faultInStream(
  { type, message }: Omit<Fault, "status">,
  before: readonly unknown[] = [],
): ScriptedReply {
  return { events: [...before, body({ type, message })] };
}

function body(error: { type: string; message: string }) {
  return { type: "error", error, request_id: "req_mock" };
}
