import type { ExceptionName } from "../../mocks/bedrock/error.ts";
import type { ScriptFault } from "../model/script.ts";
import type { FaultScript } from "./wire.ts";

const faults: Readonly<Record<ScriptFault, readonly [status: number, name: ExceptionName]>> = {
  invalid: [400, "ValidationException"],
  authentication: [403, "UnrecognizedClientException"],
  not_found: [404, "ResourceNotFoundException"],
  context_exceeded: [400, "ValidationException"],
  rate_limited: [429, "ThrottlingException"],
  quota: [400, "ServiceQuotaExceededException"],
  server_error: [500, "InternalServerException"],
  overloaded: [503, "ServiceUnavailableException"],
};

/** A failure as AWS words it; only the words tell an overlong conversation from a wrong request. */
export function converseFault({ fault, message }: FaultScript) {
  const [status, name] = faults[fault];
  const said = fault === "context_exceeded" ? "Input is too long for requested model." : message;
  return { status, name, payload: { message: said } };
}
