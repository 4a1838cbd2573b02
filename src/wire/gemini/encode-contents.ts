import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { AssistantPart, ToolResultPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { encodeAssistantPart, encodeText, encodeUserPart } from "./encode-parts.ts";
import { encodeResult } from "./encode-result.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { checksSignatures } from "./foreign-state.ts";
import { skipSignature, type WireContent, type WirePart } from "./schema.ts";

/** What opens a conversation that has no user's turn at its beginning. */
const opening: WirePart = { text: "Begin." };
/** What follows a model's turn that the model may not continue. */
const goOn: WirePart = { text: "Continue." };

/**
 * The conversation as the API takes it: turns of one role merged, the user first, every call answered in one content
 * right after it, in the calls' order.
 */
export function encodeContents(messages: readonly Message[], scope: EncodeScope): WireContent[] {
  const contents = new ContentWriter(scope);
  pairToolCalls(messages, scope.losses).forEach((message, i) => {
    contents.add(message, `messages[${i}]`);
  });
  return contents.end();
}

class ContentWriter {
  readonly #scope: EncodeScope;
  readonly #contents: WireContent[] = [];
  /** Names of the calls so far, by id. */
  readonly #names = new Map<string, string>();
  /** The last content holds functions' responses, which stand alone. */
  #closed = false;

  constructor(scope: EncodeScope) {
    this.#scope = scope;
  }

  add(message: Message, path: string): void {
    if ("name" in message && message.name !== undefined) this.#scope.losses.add(`${path}.name`, "dropped");
    switch (message.role) {
      case "user": {
        const parts = message.parts.map((part, j) => encodeUserPart(part, this.#at(path, j)));
        this.#push("user", parts);
        break;
      }
      case "assistant":
        this.#addModel(message.parts, path);
        break;
      case "tool":
        this.#addResults(message.parts, path);
        break;
      case "system": {
        this.#scope.losses.add(`${path}.role`, "emulated");
        const parts = message.parts
          .filter(({ text }) => text !== "")
          .map((part, j) => encodeText({ ...part, text: asSystemMessage(part.text) }, this.#at(path, j)));
        this.#push("user", parts);
      }
    }
  }

  end(): WireContent[] {
    const { losses, traits } = this.#scope;
    if (this.#contents[0]?.role !== "user") {
      losses.add("messages", "emulated");
      this.#contents.unshift({ role: "user", parts: [{ ...opening }] });
    }
    if (this.#contents.at(-1)?.role === "model" && traits.prefill === false) {
      losses.add("messages[-1]", "emulated");
      this.#contents.push({ role: "user", parts: [{ ...goOn }] });
    }
    return this.#contents;
  }

  #at(path: string, j: number) {
    return { path: `${path}.content[${j}]`, scope: this.#scope };
  }

  #addModel(parts: readonly AssistantPart[], path: string): void {
    const signs = this.#mustSign(parts);
    const encoded = parts.map((part, j): WirePart | undefined => {
      if (part.type === "tool_call") this.#names.set(part.id, part.name);
      const wire = encodeAssistantPart(part, this.#at(path, j));
      if (wire === undefined || j !== signs || wire.thoughtSignature !== undefined) return wire;
      this.#scope.losses.add(`${path}.content[${j}].signature`, "defaulted");
      return { ...wire, thoughtSignature: skipSignature };
    });
    this.#push("model", encoded);
  }

  /** The first call of a turn must carry a signature on models that check it. */
  #mustSign(parts: readonly AssistantPart[]): number {
    return checksSignatures(this.#scope.traits) ? parts.findIndex((part) => part.type === "tool_call") : -1;
  }

  #addResults(parts: readonly ToolResultPart[], path: string): void {
    const results = parts.map((part, j) =>
      encodeResult(part, { ...this.#at(path, j), name: this.#names.get(part.toolCallId) ?? "" }),
    );
    this.#contents.push({ role: "user", parts: results.map(({ part }) => part) });
    this.#closed = true;
    this.#push(
      "user",
      results.flatMap(({ moved }) => moved),
    );
  }

  #push(role: WireContent["role"], encoded: readonly (WirePart | undefined)[]): void {
    const parts = encoded.filter((part) => part !== undefined);
    if (parts.length === 0) return;
    const last = this.#contents.at(-1);
    if (last?.role === role && !this.#closed) last.parts.push(...parts);
    else this.#contents.push({ role, parts });
    this.#closed = false;
  }
}

/** Words of the operator inside a user's turn: the API takes instructions at the beginning only. */
function asSystemMessage(text: string): string {
  return `<system-message>\n${text}\n</system-message>`;
}
