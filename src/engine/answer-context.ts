import type { NeutralRequest } from "../wire/neutral/request.ts";
import type { AnswerContext, Protocol } from "../wire/protocol.ts";
import type { Execution } from "./execution.ts";

/** What the client's encoder may need that a vendor's reply lacks. */
export function answerContext(
  { call, routed }: Execution,
  asked: Pick<AnswerContext, "includeUsage" | "echo"> = { includeUsage: true },
): AnswerContext {
  return {
    requestId: call.requestId,
    created: Math.floor(call.startedAt / 1000),
    model: routed.resolution.name,
    ...asked,
  };
}

/** What of a request its answer depends on. */
export function askedOf(
  body: unknown,
  { surface, request }: { readonly surface: Protocol; readonly request: NeutralRequest },
): Pick<AnswerContext, "includeUsage" | "echo"> {
  const echo = surface.echoOf?.(body);
  return { includeUsage: request.includeUsage, ...(echo !== undefined && { echo }) };
}
