import { kindOfStatus } from "../neutral/kind-of-status.ts";
import type { VendorErrorKind } from "../neutral/vendor-error.ts";

/** What is known of a failure. */
export interface ErrorFacts {
  /** The exception's name, in either spelling; undefined when nobody said it. */
  readonly type: string | undefined;
  readonly status: number;
  readonly message: string;
  /** The status of the model's own server, which the API reports for failures behind it. */
  readonly originalStatus?: number | undefined;
}

/** HTTP statuses of the API's exceptions; inside a stream the name is all there is. Source: API reference, "Errors". */
const statuses: Readonly<Record<string, number>> = {
  validationexception: 400,
  servicequotaexceededexception: 400,
  accessdeniedexception: 403,
  resourcenotfoundexception: 404,
  modeltimeoutexception: 408,
  conflictexception: 409,
  modelerrorexception: 424,
  modelstreamerrorexception: 424,
  throttlingexception: 429,
  modelnotreadyexception: 429,
  internalserverexception: 500,
  serviceunavailableexception: 503,
};

/** Names under which the front door refuses a credential. Source: AWS general reference, "Common errors". */
const credentialRefused =
  /^(unrecognizedclient|invalidsignature|expiredtoken|incompletesignature|missingauthenticationtoken|invalidclienttokenid|requestexpired|signaturedoesnotmatch|notauthorized|optinrequired)/;
/** How a bearer key is refused: under the name that otherwise means a missing permission. */
const keyRefused = /api key|bearer token|security token|authentication failed|not authenticated/i;
const contextExceeded =
  /input is too long for requested model|prompt is too long|maximum tokens you requested exceeds the model limit|too many (input )?tokens|input length and .?max_tokens.? exceed|context.{0,20}(length|window|size)/i;
/** A day's allowance: waiting a moment does not help. */
const dailyQuota = /per day/i;

/** The HTTP status an exception's name stands for; 500 for names nobody knows. */
export function statusOf(type: string | undefined): number {
  return statuses[(type ?? "").toLowerCase()] ?? 500;
}

/** What kind of failure it is. */
export function kindOf({ type, status, message, originalStatus }: ErrorFacts): VendorErrorKind {
  const name = (type ?? "").toLowerCase();
  if (credentialRefused.test(name)) return "authentication";
  switch (name) {
    case "servicequotaexceededexception":
      return "quota_exhausted";
    case "modelnotreadyexception":
    case "serviceunavailableexception":
      return "overloaded";
    case "modeltimeoutexception":
      return "timeout";
    case "modelerrorexception":
    case "modelstreamerrorexception":
      return kindOfModelFailure(originalStatus, message);
  }
  return statusKind(statuses[name] ?? status, message);
}

/** A failure of the model behind the API: a throttle or a refused request hides in it. */
function kindOfModelFailure(status: number | undefined, message: string): VendorErrorKind {
  return status === undefined || status === 424 ? "server_error" : statusKind(status, message);
}

function statusKind(status: number, message: string): VendorErrorKind {
  if (status === 403 && keyRefused.test(message)) return "authentication";
  if (status === 409 || status === 424) return "server_error";
  if (status === 429 && dailyQuota.test(message)) return "quota_exhausted";
  const kind = kindOfStatus(status);
  return kind === "invalid_request" && contextExceeded.test(message) ? "context_exceeded" : kind;
}
