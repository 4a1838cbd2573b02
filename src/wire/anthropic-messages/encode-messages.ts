import type { AssistantPart, ToolResultPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { arrangeTurns, type Turn } from "./arrange-turns.ts";
import {
  encodeAssistantPart,
  encodeResultContent,
  encodeText,
  encodeToolCall,
  encodeToolResult,
  encodeUserPart,
} from "./encode-content.ts";
import type { EncodeScope } from "./encode-scope.ts";
import type { WireBlock, WireMessage } from "./schema.ts";
import { ToolIds } from "./tool-ids.ts";

/**
 * The conversation as the API takes it: user and assistant turns in alternation, the results of an assistant turn's
 * calls first in the user turn after it, every call answered.
 */
export function encodeMessages(messages: readonly Message[], scope: EncodeScope): WireMessage[] {
  const turns = new TurnWriter(scope);
  messages.forEach((message, i) => {
    const path = `messages[${i}]`;
    if ("name" in message && message.name !== undefined) scope.losses.add(`${path}.name`, "dropped");
    turns.add(message, path);
  });
  return arrangeTurns(turns.end(), scope);
}

/** A call that waits for its result. */
interface PendingCall {
  readonly id: string;
  readonly wireId: string;
  readonly path: string;
}

class TurnWriter {
  readonly #scope: EncodeScope;
  readonly #turns: Turn[] = [];
  readonly #ids = new ToolIds();
  #pending: PendingCall[] = [];
  /** The user turn right after the last assistant turn, where its results go. */
  #results: WireBlock[] = [];

  constructor(scope: EncodeScope) {
    this.#scope = scope;
  }

  add(message: Message, path: string): void {
    switch (message.role) {
      case "assistant":
        this.#addAssistant(message.parts, path);
        break;
      case "tool":
        message.parts.forEach((part, j) => {
          this.#addResult(part, `${path}.content[${j}]`);
        });
        break;
      case "user": {
        const { blocks } = this.#userTurn();
        message.parts.forEach((part, j) => {
          const block = encodeUserPart(part, this.#at(`${path}.content[${j}]`));
          if (block !== undefined) blocks.push(block);
        });
        break;
      }
      case "system":
        this.#addSystem(message, path);
        break;
    }
  }

  end(): Turn[] {
    this.#answerPending();
    return this.#turns;
  }

  #at(path: string) {
    return { path, scope: this.#scope };
  }

  #addAssistant(parts: readonly AssistantPart[], path: string): void {
    this.#answerPending();
    const blocks: WireBlock[] = [];
    parts.forEach((part, j) => {
      const at = this.#at(`${path}.content[${j}]`);
      if (part.type !== "tool_call") {
        const block = encodeAssistantPart(part, at);
        if (block !== undefined) blocks.push(block);
        return;
      }
      const wireId = this.#ids.assign(part.id);
      this.#pending.push({ id: part.id, wireId, path: at.path });
      blocks.push(encodeToolCall(part, { ...at, id: wireId }));
    });
    this.#results = [];
    this.#turns.push({ role: "assistant", results: [], blocks });
    this.#turns.push({ role: "user", results: this.#results, blocks: [] });
  }

  #addResult(part: ToolResultPart, path: string): void {
    const at = this.#at(path);
    const call = this.#pending.findIndex(({ id }) => id === part.toolCallId);
    const pending = this.#pending[call];
    if (pending === undefined) {
      // The API refuses a result without its call; as words of the user the model still learns of it.
      this.#scope.losses.add(path, "emulated");
      const title = { type: "text", text: `Result of the tool call ${part.toolCallId}:` };
      this.#userTurn().blocks.push(title, ...encodeResultContent(part, at));
      return;
    }
    this.#pending.splice(call, 1);
    this.#results.push(encodeToolResult(part, { ...at, id: pending.wireId }));
  }

  #addSystem(message: Extract<Message, { role: "system" }>, path: string): void {
    const native = this.#scope.traits.midConversationSystem === true;
    const blocks = message.parts
      .map((part, j) => {
        const folded =
          native || part.text.trim() === "" ? part : { ...part, text: asSystemMessage(part.text) };
        return encodeText(folded, this.#at(`${path}.content[${j}]`));
      })
      .filter((block) => block !== undefined);
    if (blocks.length === 0) return;
    if (native) {
      this.#turns.push({ role: "system", results: [], blocks });
      return;
    }
    this.#scope.losses.add(`${path}.role`, "emulated");
    this.#userTurn().blocks.push(...blocks);
  }

  /** The user turn at the end, begun if another's is there. */
  #userTurn(): Turn {
    let turn = this.#turns.at(-1);
    if (turn?.role !== "user") {
      turn = { role: "user", results: [], blocks: [] };
      this.#turns.push(turn);
    }
    return turn;
  }

  #answerPending(): void {
    for (const { wireId, path } of this.#pending) {
      this.#scope.losses.add(path, "emulated");
      this.#results.push({
        type: "tool_result",
        tool_use_id: wireId,
        content: [{ type: "text", text: "(no result)" }],
      });
    }
    this.#pending = [];
  }
}

/** Words of the operator inside a user turn, for models that take system messages at the beginning only. */
function asSystemMessage(text: string): string {
  return `<system-message>\n${text}\n</system-message>`;
}
