import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProbeResult } from "../driver.ts";

/** Why a vendor could not be asked. Every text about it is ours: a vendor's body may hold the credential. */
export type VendorFailure =
  | { readonly kind: "refused" | "forbidden" | "no_such_call" | "redirected" }
  | { readonly kind: "rate_limited"; readonly retryAfterMs: number | undefined }
  | { readonly kind: "failed"; readonly status: number }
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** There is no token to ask with. */
  | { readonly kind: "unsigned"; readonly error: PenstockError }
  /** `reason` is set when our own transport would not connect, e.g. by the egress policy. */
  | { readonly kind: "unreachable"; readonly reason: string | undefined };

/** The failure in one sentence without a full stop. */
export function describeFailure(failure: VendorFailure): string {
  switch (failure.kind) {
    case "refused":
      return "the vendor does not accept this credential";
    case "forbidden":
      return "the vendor knows this credential, but it may not list models";
    case "no_such_call":
      return "the endpoint answers, but has no list of models to check the credential with";
    case "redirected":
      return "the endpoint answered with a redirect, and redirects are not followed: check the base URL";
    case "rate_limited":
      return "the vendor limits the rate of requests: try again later";
    case "failed":
      return `the endpoint answered with status ${failure.status}`;
    case "malformed":
      return `the endpoint answered, but not as this API does (${failure.reason}): check the base URL`;
    case "unsigned":
      return String(failure.error.fields.reason ?? failure.error.message);
    case "timeout":
      return `the endpoint did not answer within ${failure.seconds} s`;
    case "unreachable":
      return failure.reason ?? "no connection to the endpoint: check the base URL and the network";
  }
}

/** What a token endpoint says of the client, and not of its own state. */
const refusals: ReadonlySet<string> = new Set(["upstream_credential_rejected", "provider_misconfigured"]);

/** What a failure of the cheapest call says about the credential. */
export function toProbeResult(failure: VendorFailure): ProbeResult {
  const reason = describeFailure(failure);
  if (failure.kind === "refused") return { status: "rejected", reason };
  if (failure.kind === "unsigned" && refusals.has(failure.error.code)) return { status: "rejected", reason };
  if (failure.kind === "forbidden" || failure.kind === "no_such_call")
    return { status: "unsupported", reason };
  return { status: "unreachable", reason };
}

/** The failure as an error; `provider` is how the caller of the driver names it. */
export function toUpstreamError(failure: VendorFailure, provider: string): PenstockError {
  const fields = { provider, reason: describeFailure(failure) };
  switch (failure.kind) {
    case "refused":
    case "forbidden":
      return new PenstockError("upstream_credential_rejected", { fields });
    case "rate_limited":
      return new PenstockError("upstream_rate_limited", {
        fields,
        ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
      });
    case "timeout":
      return new PenstockError("upstream_timeout", { fields: { ...fields, seconds: failure.seconds } });
    case "unsigned": {
      const { code, status, retryAfterMs } = failure.error;
      const told = { ...failure.error.fields, provider };
      return new PenstockError(code, {
        fields: told,
        status,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
    case "unreachable":
      return new PenstockError("upstream_unreachable", { fields });
    case "malformed":
      return new PenstockError("upstream_malformed", { fields: { provider, reason: failure.reason } });
    case "failed":
    case "redirected":
    case "no_such_call":
      return new PenstockError("upstream_error", { fields });
  }
}
