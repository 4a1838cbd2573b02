import type { VendorAnswer } from "../shared/mock-server.ts";
import { chatError } from "./error.ts";
import type { ChatMessage } from "./schema.ts";

/** The order the vendor wants: every call answered by a tool message before anything else is said. */
export function checkMessages(messages: readonly ChatMessage[]): VendorAnswer | undefined {
  let open = new Set<string>();
  let known = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const at = `messages.[${index}]`;
    if (message.role === "tool") {
      if (!known.has(message.tool_call_id)) {
        return chatError({
          message:
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          param: `${at}.role`,
        });
      }
      open.delete(message.tool_call_id);
      continue;
    }
    const unanswered = unansweredCalls(open, at);
    if (unanswered !== undefined) return unanswered;
    known = new Set();
    if (message.role !== "assistant") continue;
    const ids = (message.tool_calls ?? []).map(({ id }) => id);
    if (new Set(ids).size < ids.length) {
      return chatError({
        message: `Duplicate value for 'tool_call_id' in message with index ${index}.`,
        param: `${at}.tool_calls`,
      });
    }
    const empty = message.content === null || message.content === undefined;
    if (empty && ids.length === 0 && message.refusal == null && message.audio == null) {
      return chatError({
        message: `Invalid value for 'content': expected a string, got null.`,
        param: `${at}.content`,
      });
    }
    open = new Set(ids);
    known = new Set(ids);
  }
  return unansweredCalls(open, `messages.[${messages.length}]`);
}

function unansweredCalls(open: ReadonlySet<string>, at: string): VendorAnswer | undefined {
  if (open.size === 0) return undefined;
  return chatError({
    message:
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
    param: `${at}.role`,
  });
}
