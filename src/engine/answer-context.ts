import type { AnswerContext } from "../wire/protocol.ts";
import type { Execution } from "./execution.ts";

/** What the client's encoder may need that a vendor's reply lacks. */
export function answerContext({ call, routed }: Execution, includeUsage = true): AnswerContext {
  return {
    requestId: call.requestId,
    created: Math.floor(call.startedAt / 1000),
    model: routed.resolution.name,
    includeUsage,
  };
}
