import { AuthorizationResponseError, skipStateCheck, validateAuthResponse } from "oauth4webapi";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";

/** Error codes of RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6: known words, so they may be shown. */
const known: ReadonlySet<string> = new Set([
  "consent_required",
  "interaction_required",
  "invalid_request",
  "invalid_scope",
  "login_required",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_response_type",
]);

/**
 * The code with which a user came back; their state has found the sign-in already. Throws `oauth_denied` when they refused
 * and `oauth_failed` for anything else that is not a code from `issuer`; nothing of the query is shown but known words.
 */
export function readCode(
  query: URLSearchParams,
  from: { readonly service: string; readonly issuer: string | undefined },
): Secret {
  const { service } = from;
  // Who is not known to name itself is taken at its word: the code goes to the configured token endpoint in any case.
  const issuer = from.issuer ?? (query.get("iss") || "unknown");
  try {
    const response = validateAuthResponse({ issuer }, { client_id: service }, query, skipStateCheck);
    const code = response.get("code") ?? "";
    if (code === "" || code.length > 4096) throw failed(service, "it came back without a code");
    return new Secret(code);
  } catch (error) {
    if (error instanceof PenstockError) throw error;
    if (!(error instanceof AuthorizationResponseError)) throw failed(service, "it came back malformed");
    if (error.error === "access_denied") throw new PenstockError("oauth_denied", { fields: { service } });
    throw failed(
      service,
      known.has(error.error) ? `the service answered ${error.error}` : "the service answered an error",
    );
  }
}

function failed(service: string, reason: string): PenstockError {
  return new PenstockError("oauth_failed", { fields: { service, reason } });
}

const own: ReadonlySet<string> = new Set(["egress_refused", "connection_blocked", "storage_unavailable"]);

/** The failure of an exchange in the words of a sign-in; what our own policy says is passed on. */
export function toOAuthFailure(error: unknown, service: string): PenstockError {
  if (!(error instanceof PenstockError)) return new PenstockError("internal", { cause: error });
  if (own.has(error.code)) return error;
  const reason = error.fields.reason ?? reasons[error.code] ?? "the code could not be exchanged";
  return new PenstockError("oauth_failed", {
    fields: { service, reason: String(reason).replace(/\.$/, "") },
    cause: error,
  });
}

const reasons: Readonly<Record<string, string>> = {
  upstream_timeout: "the service did not answer in time",
  upstream_unreachable: "the service could not be reached",
  upstream_rate_limited: "the service limits the rate of requests",
};
