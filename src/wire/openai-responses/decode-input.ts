import type { AssistantPart, Signed, SystemPart, TextPart, ToolResultPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { invalid, ObjectReader, readArray } from "../read-json.ts";
import {
  decodeAssistantContent,
  decodeOutput,
  decodeTextContent,
  decodeUserContent,
} from "./decode-content.ts";
import { decodeReplayedReasoning } from "./decode-replayed-reasoning.ts";
import { callerItems } from "./schema.ts";

/** The conversation of a body. */
export interface DecodedInput {
  readonly system: readonly SystemPart[];
  readonly messages: readonly Message[];
}

/**
 * `instructions` and `input`: items of the model that follow each other are one assistant turn, results of tools one
 * tool turn. Calls and results must pair as the vendor's own server demands, unless a part of the conversation is
 * elsewhere (`previous_response_id`, `conversation`).
 */
export function decodeInput(body: ObjectReader, extra: Record<string, unknown>): DecodedInput {
  const turns = new Turns(body.has("previous_response_id") || body.has("conversation"));
  if (body.has("instructions")) turns.instruct(decodeInstructions(body));
  const { input } = body.value;
  if (typeof input === "string") turns.add({ role: "user", parts: decodeUserContent(input, "input") });
  else {
    readArray(input, "input").forEach((entry, i) => {
      addItem(turns, { item: new ObjectReader(entry, `input[${i}]`), extra });
    });
  }
  return turns.done();
}

/** A string; the vendor also takes a list of items, of which only messages make sense here. */
function decodeInstructions(body: ObjectReader): readonly SystemPart[] {
  const { instructions } = body.value;
  if (typeof instructions === "string") {
    return instructions === "" ? [] : [{ type: "text", text: instructions, role: "system" }];
  }
  return body.array("instructions").flatMap((entry, i) => {
    const item = new ObjectReader(entry, `instructions[${i}]`);
    const role = item.oneOf("role", ["system", "developer"]);
    return decodeTextContent(item.value.content, item.at("content")).map((part) => ({ ...part, role }));
  });
}

interface Item {
  readonly item: ObjectReader;
  readonly extra: Record<string, unknown>;
}

function addItem(turns: Turns, at: Item): void {
  const { item, extra } = at;
  const type = item.optionalString("type") ?? "message";
  switch (type) {
    case "message":
      addMessage(turns, at);
      return;
    case "reasoning": {
      const read = decodeReplayedReasoning(item);
      if (read === undefined) extra[item.path] = "reasoning";
      else if ("signature" in read) turns.sign(read.signature);
      else turns.say([read.block]);
      return;
    }
    case "function_call":
    case "custom_tool_call": {
      const custom = type === "custom_tool_call";
      const id = item.string("call_id");
      const text = item.string(custom ? "input" : "arguments");
      const kind = custom ? "custom" : "function";
      turns.call({ type: "tool_call", id, name: item.string("name"), arguments: text, kind }, item.path);
      return;
    }
    case "function_call_output":
    case "custom_tool_call_output":
      turns.answer(
        {
          type: "tool_result",
          toolCallId: item.string("call_id"),
          content: decodeOutput(item.value.output, item.at("output")),
          isError: false,
        },
        item.path,
      );
      return;
    case "item_reference":
      invalid(item.path, `refers to the item ${JSON.stringify(item.string("id"))}, which is not stored`);
      return;
    default: {
      const opaque = { type: "opaque", name: type, protocol: "openai-responses", value: item.value } as const;
      if (callerItems.has(type)) turns.add({ role: "user", parts: [opaque] });
      else turns.say([opaque]);
    }
  }
}

const roles = ["user", "assistant", "system", "developer"] as const;

function addMessage(turns: Turns, { item, extra }: Item): void {
  const role = item.oneOf("role", roles);
  const { content } = item.value;
  const path = item.at("content");
  if (role === "user") turns.add({ role, parts: decodeUserContent(content, path) });
  else if (role === "assistant") {
    const phase = item.optionalString("phase");
    if (phase !== undefined) extra[item.at("phase")] = phase;
    turns.say(decodeAssistantContent(content, path));
  } else turns.tell(role, decodeTextContent(content, path));
}

type ToolCall = Extract<AssistantPart, { type: "tool_call" }>;

/** Puts items together to turns. */
class Turns {
  readonly #system: SystemPart[] = [];
  readonly #messages: Message[] = [];
  readonly #open = new Map<string, string>();
  readonly #partial: boolean;
  #signature: Signed | undefined;

  /** `partial`: a part of the conversation is not in the body. */
  constructor(partial: boolean) {
    this.#partial = partial;
  }

  instruct(parts: readonly SystemPart[]): void {
    this.#system.push(...parts);
  }

  /** A system or developer message. */
  tell(role: "system" | "developer", parts: readonly TextPart[]): void {
    if (this.#messages.length === 0) this.#system.push(...parts.map((part) => ({ ...part, role })));
    else this.#messages.push({ role: "system", authority: role, parts });
  }

  add(message: Message): void {
    this.#messages.push(message);
  }

  /** The signature of the text or call that follows. */
  sign(signature: Signed): void {
    this.#signature = signature;
  }

  /** Something the model said. */
  say(said: readonly AssistantPart[]): void {
    const parts = this.#signed(said);
    const last = this.#messages.at(-1);
    if (last?.role !== "assistant") this.#messages.push({ role: "assistant", parts });
    else this.#messages[this.#messages.length - 1] = { ...last, parts: [...last.parts, ...parts] };
  }

  call(call: ToolCall, path: string): void {
    if (this.#open.has(call.id)) invalid(`${path}.call_id`, `repeats the id ${JSON.stringify(call.id)}`);
    this.#open.set(call.id, path);
    this.say([call]);
  }

  answer(result: ToolResultPart, path: string): void {
    if (!this.#open.delete(result.toolCallId) && !this.#partial) {
      invalid(
        `${path}.call_id`,
        `answers no tool call: ${JSON.stringify(result.toolCallId)} is not in \`input\``,
      );
    }
    const last = this.#messages.at(-1);
    if (last?.role !== "tool") this.#messages.push({ role: "tool", parts: [result] });
    else this.#messages[this.#messages.length - 1] = { ...last, parts: [...last.parts, result] };
  }

  #signed(parts: readonly AssistantPart[]): readonly AssistantPart[] {
    const signature = this.#signature;
    if (signature === undefined) return parts;
    this.#signature = undefined;
    const [first, ...more] = parts;
    if (first?.type !== "text" && first?.type !== "tool_call") return parts;
    return [{ ...first, ...signature }, ...more];
  }

  done(): DecodedInput {
    for (const [id, path] of this.#open) {
      invalid(`${path}.call_id`, `${JSON.stringify(id)} is not answered by a tool call output`);
    }
    if (this.#messages.length === 0 && this.#system.length === 0) invalid("input", "must not be empty");
    return { system: this.#system, messages: this.#messages };
  }
}
