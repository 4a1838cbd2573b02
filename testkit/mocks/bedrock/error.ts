import type { VendorAnswer } from "../shared/mock-server.ts";

/** HTTP statuses of the API's exceptions. */
const statuses = {
  ValidationException: 400,
  ServiceQuotaExceededException: 400,
  AccessDeniedException: 403,
  UnrecognizedClientException: 403,
  InvalidSignatureException: 403,
  ExpiredTokenException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ThrottlingException: 429,
  ModelNotReadyException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
} as const;

export type ExceptionName = keyof typeof statuses;

/** A refusal as the API words it: the name in a header, the message in the body. */
export function exception(name: ExceptionName, message: string, fields: object = {}): VendorAnswer {
  return {
    status: statuses[name],
    headers: {
      "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      "content-type": "application/json",
    },
    json: { message, ...fields },
  };
}

/** The usual refusal. */
export function invalid(message: string): VendorAnswer {
  return exception("ValidationException", message);
}
