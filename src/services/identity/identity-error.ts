import { PenstockError } from "../../errors/penstock-error.ts";

/** The identity library's refusals as ours, known by the codes in their bodies; all else is no refusal but a failure. */
export function toIdentityError(error: unknown): unknown {
  if (error instanceof PenstockError || !(error instanceof Error)) return error;
  switch (codeOf(error)) {
    case "INVALID_EMAIL":
    case "INVALID_EMAIL_OR_PASSWORD":
    case "INVALID_PASSWORD":
      return new PenstockError("sign_in_failed");
    case "CREDENTIAL_ACCOUNT_NOT_FOUND": {
      const reason = "This account has no password: it signs in by OIDC.";
      return new PenstockError("conflict", { fields: { reason } });
    }
    case "SESSION_NOT_FOUND":
    case "UNAUTHORIZED":
      return new PenstockError("session_missing");
    default:
      return error;
  }
}

/** Thrown as `APIError` with `body: { code, message }`, or with no body and a status. */
function codeOf(error: Error): unknown {
  if ("body" in error && typeof error.body === "object" && error.body !== null && "code" in error.body) {
    return error.body.code;
  }
  return "status" in error ? error.status : undefined;
}
