import type { ErrorCode } from "../errors/error-table.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import type { HeaderReader } from "../wire/header-reader.ts";
import type { VendorError, VendorErrorKind } from "../wire/neutral/vendor-error.ts";
import { vendorLimits } from "./admit/own-limits.ts";
import type { ProviderPlane } from "./plane.ts";

const codes: Record<VendorErrorKind, ErrorCode> = {
  invalid_request: "upstream_rejected",
  not_found: "upstream_rejected",
  too_large: "upstream_rejected",
  context_exceeded: "upstream_context_exceeded",
  authentication: "upstream_credential_rejected",
  permission: "upstream_credential_rejected",
  rate_limited: "upstream_rate_limited",
  quota_exhausted: "upstream_quota_exhausted",
  overloaded: "upstream_overloaded",
  timeout: "upstream_timeout",
  server_error: "upstream_error",
};

/** The codes under which stream decoders report that the vendor broke its own protocol. */
const brokenStream: Readonly<Record<string, ErrorCode>> = {
  stream_truncated: "upstream_truncated",
  stream_malformed: "upstream_malformed",
};

/** The vendor's words are passed on only where the caller can act on them. */
const speaksToCaller: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "upstream_rejected",
  "upstream_context_exceeded",
]);

/** A vendor's failure as one of our errors: its status kept, its words only where they help, its credential never. */
export function upstreamFailure(
  error: VendorError,
  provider: ProviderPlane,
  headers?: HeaderReader,
): PenstockError {
  const code = brokenStream[error.code ?? ""] ?? codes[error.kind];
  const reason = speaksToCaller.has(code)
    ? withoutSecrets(error.message, provider)
    : `it answered ${error.status}.`;
  return new PenstockError(code, {
    fields: { provider: provider.config.name, reason, seconds: 0 },
    status: error.status >= 400 && error.status <= 599 ? error.status : 502,
    ...(error.param !== undefined && { param: error.param }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(code === "upstream_rejected" && { vendorCode: error.code }),
    ...(error.facts !== undefined && { facts: error.facts }),
    ...(headers !== undefined && { headers: vendorLimits(headers) }),
  });
}

function withoutSecrets(message: string, provider: ProviderPlane): string {
  let text = message;
  for (const secret of provider.secrets()) {
    if (secret.length >= 4) text = text.replaceAll(secret, "[secret]");
  }
  return text === "" ? "it gave no reason." : text;
}
