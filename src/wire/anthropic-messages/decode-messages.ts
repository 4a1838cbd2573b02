import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { decodeAssistantBlock, decodeUserBlock, type Extra } from "./decode-blocks.ts";
import { decodeContent, decodeTextOnly } from "./decode-content.ts";
import { placeSignatures, readPartSignature } from "./part-signatures.ts";

const roles = ["user", "assistant", "system"] as const;

/**
 * The turns of a conversation. Results of tools become turns of their own, right after the turn that called them,
 * wherever they stand in the user turns that answer it. Throws `invalid_request` where calls and results do not pair.
 */
export function decodeMessages(body: ObjectReader, extra: Extra): readonly Message[] {
  const values = body.array("messages");
  if (values.length === 0) invalid("messages", "must hold at least one message");
  const turns = new Turns();
  values.forEach((value, i) => {
    const message = new ObjectReader(value, `messages.${i}`);
    const role = message.oneOf("role", roles);
    if (i === 0 && role !== "user") invalid(message.at("role"), `must be "user" in the first message`);
    if (role === "user") turns.addUser(message);
    else if (role === "assistant") turns.addAssistant(message, extra);
    else turns.addSystem(message);
  });
  return turns.end();
}

class Turns {
  readonly #messages: Message[] = [];
  /** Results and other turns since the last assistant turn. */
  #results: ToolResultPart[] = [];
  #others: Message[] = [];
  readonly #callIds = new Set<string>();
  /** Calls of the last assistant turn without a result yet. */
  readonly #pending = new Set<string>();
  #callerPath = "";

  addUser(message: ObjectReader): void {
    const parts: UserPart[] = [];
    decodeContent(message, decodeUserBlock).forEach((part, i) => {
      if (part.type === "tool_result") this.#addResult(part, `${message.path}.content.${i}.tool_use_id`);
      else parts.push(part);
    });
    if (parts.length > 0) this.#others.push({ role: "user", parts });
  }

  addAssistant(message: ObjectReader, extra: Extra): void {
    this.#flush();
    const parts: readonly AssistantPart[] = placeSignatures(
      decodeContent(message, (block) => readPartSignature(block) ?? decodeAssistantBlock(block, extra)),
    );
    parts.forEach((part, i) => {
      if (part.type !== "tool_call") return;
      if (this.#callIds.has(part.id)) {
        invalid(`${message.path}.content.${i}.id`, "must be unique: `tool_use` ids must not repeat");
      }
      this.#callIds.add(part.id);
      this.#pending.add(part.id);
    });
    this.#callerPath = message.path;
    this.#messages.push({ role: "assistant", parts });
  }

  addSystem(message: ObjectReader): void {
    const parts = decodeContent(message, decodeTextOnly);
    this.#others.push({ role: "system", authority: "system", parts });
  }

  end(): readonly Message[] {
    this.#flush();
    return this.#messages;
  }

  #addResult(result: ToolResultPart, path: string): void {
    if (!this.#pending.delete(result.toolCallId)) {
      invalid(path, "answers no `tool_use` block of the previous assistant turn");
    }
    this.#results.push(result);
  }

  #flush(): void {
    if (this.#pending.size > 0) {
      const missing = [...this.#pending].join(", ");
      invalid(
        this.#callerPath,
        `has \`tool_use\` blocks without a \`tool_result\` in the next turn: ${missing}`,
      );
    }
    if (this.#results.length > 0) this.#messages.push({ role: "tool", parts: this.#results });
    this.#messages.push(...this.#others);
    if (this.#results.length > 0) this.#results = [];
    this.#others.length = 0;
  }
}
