import type { VendorAnswer } from "../shared/mock-server.ts";
import type { MessagesAnswer } from "./answer.ts";
import { type MessagesRequest, messagesRequest } from "./schema.ts";

const beta = "message-threads-2026-08-12";

/** Conversations the vendor holds between turns, by the id of their last answer. */
export class Threads {
  readonly #kept = new Map<string, MessagesRequest>();

  /** The request with the turns before it; a refusal when they are not kept, or not asked for as they must be. */
  open(request: MessagesRequest, betas: string): { readonly whole: MessagesRequest } | VendorAnswer {
    const { thread, ...rest } = request;
    if (thread == null) return { whole: rest };
    if (!betas.includes(beta))
      return refuse(400, "invalid_request_error", "thread: Extra inputs are not permitted");
    if (thread.type === "create") return { whole: rest };
    const before = this.#kept.get(thread.previous_message_id);
    if (before === undefined) {
      return refuse(404, "not_found_error", "The thread was not found.", { error_code: "thread_not_found" });
    }
    const { system, tools, messages } = before;
    return {
      whole: {
        ...rest,
        ...(system !== undefined && { system }),
        ...(tools !== undefined && { tools }),
        messages: [...messages, ...rest.messages],
      },
    };
  }

  /** Keeps a conversation with its new answer, where that is asked for. */
  keep(request: MessagesRequest, whole: MessagesRequest, answer: MessagesAnswer): void {
    if (request.thread == null) return;
    const reply = messagesRequest.shape.messages.element.parse({
      role: "assistant",
      content: answer.blocks,
    });
    this.#kept.set(answer.id, { ...whole, messages: [...whole.messages, reply] });
  }
}

function refuse(status: number, type: string, message: string, details?: object): VendorAnswer {
  return { status, json: { type: "error", error: { type, message, ...(details && { details }) } } };
}
