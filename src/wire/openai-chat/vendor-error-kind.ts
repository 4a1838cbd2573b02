import { kindOfStatus } from "../neutral/kind-of-status.ts";
import type { VendorErrorKind } from "../neutral/vendor-error.ts";

/** What an error body says, whatever its shape. */
export interface ErrorWords {
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
  readonly param?: string;
}

/** Vendors' own codes and types, which say more than the status; some statuses lie (429 for an empty account). */
const kinds: Readonly<Record<string, VendorErrorKind>> = {
  context_length_exceeded: "context_exceeded",
  token_limit_exceeded: "context_exceeded",
  max_tokens_exceeded: "context_exceeded",
  insufficient_quota: "quota_exhausted",
  credit_balance_exhausted: "quota_exhausted",
  insufficient_credits: "quota_exhausted",
  payment_required: "quota_exhausted",
  billing_hard_limit_reached: "quota_exhausted",
  billing_not_active: "quota_exhausted",
  invalid_api_key: "authentication",
  authentication: "authentication",
  authentication_error: "authentication",
  invalid_authentication: "authentication",
  unauthorized: "authentication",
  permission_denied: "permission",
  permissiondenied: "permission",
  permission_error: "permission",
  insufficient_permissions: "permission",
  unsupported_country_region_territory: "permission",
  model_not_found: "not_found",
  not_found: "not_found",
  not_found_error: "not_found",
  deploymentnotfound: "not_found",
  rate_limit_exceeded: "rate_limited",
  rate_limit_error: "rate_limited",
  rate_limited: "rate_limited",
  too_many_requests: "rate_limited",
  in_flight_budget_exhausted: "rate_limited",
  slow_down: "overloaded",
  server_is_overloaded: "overloaded",
  provider_overloaded: "overloaded",
  overloaded_error: "overloaded",
  engine_overloaded: "overloaded",
  payload_too_large: "too_large",
  request_too_large: "too_large",
  timeout: "timeout",
  server_error: "server_error",
  internal_error: "server_error",
  internal_server_error: "server_error",
  provider_unavailable: "server_error",
  server: "server_error",
};

/** Words that say only whose fault it is: the status says more where there is one. */
const vagueKinds: Readonly<Record<string, VendorErrorKind>> = {
  invalid_request: "invalid_request",
  invalid_request_error: "invalid_request",
  invalid_prompt: "invalid_request",
  invalid_value: "invalid_request",
  bad_request: "invalid_request",
  badrequesterror: "invalid_request",
  unprocessable: "invalid_request",
  unsupported_parameter: "invalid_request",
  unsupported_value: "invalid_request",
  content_filter: "invalid_request",
  content_policy_violation: "invalid_request",
  safetyblockederror: "invalid_request",
};

/** Statuses by kind, for errors that come inside a stream without one. */
const statuses: Readonly<Record<VendorErrorKind, number>> = {
  invalid_request: 400,
  context_exceeded: 400,
  authentication: 401,
  quota_exhausted: 429,
  permission: 403,
  not_found: 404,
  timeout: 504,
  too_large: 413,
  rate_limited: 429,
  overloaded: 529,
  server_error: 502,
};

const contextText =
  /maximum context length|context.{0,20}(?:length|window|size)|too many (?:input )?tokens|prompt.{0,10}too long|reduce the length|input (?:length|token count).{0,60}exceed/i;
/** A request larger than the whole rate bucket: waiting does not help. */
const neverFits = /request too large for/i;
const overloadText = /overloaded|high demand|temporarily unable to process|over ?capacity/i;
const quotaText = /insufficient (?:credits|balance|quota)|exceeded your current quota|out of credits/i;

/** The kind of a failure: by the vendor's code first, then its text, then the status. */
export function errorKind(status: number | undefined, words: ErrorWords): VendorErrorKind {
  const known = kindOf(words.code, kinds) ?? kindOf(words.type, kinds);
  if (known === "rate_limited" && quotaText.test(words.message)) return "quota_exhausted";
  if (known === "rate_limited" && neverFits.test(words.message)) return "too_large";
  if (known !== undefined && known !== "server_error") return known;
  const text = `${words.code ?? ""} ${words.message}`;
  if (status === 400 || status === 413 || status === 422 || status === undefined) {
    if (contextText.test(text)) return "context_exceeded";
  }
  if (status === undefined) {
    const vague = kindOf(words.code, vagueKinds) ?? kindOf(words.type, vagueKinds);
    return known ?? vague ?? (overloadText.test(text) ? "overloaded" : "server_error");
  }
  return statusKind(status, text);
}

/** The HTTP status a failure of this kind stands for. */
export function statusOf(kind: VendorErrorKind): number {
  return statuses[kind];
}

function kindOf(
  word: string | undefined,
  table: Readonly<Record<string, VendorErrorKind>>,
): VendorErrorKind | undefined {
  const key = word?.toLowerCase();
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function statusKind(status: number, text: string): VendorErrorKind {
  if (status !== 429) return kindOfStatus(status);
  if (quotaText.test(text)) return "quota_exhausted";
  if (neverFits.test(text)) return "too_large";
  return overloadText.test(text) ? "overloaded" : "rate_limited";
}
