import { difference } from "../expect/same.ts";
import { array, type JsonObject, object, text } from "../model/json.ts";
import { itemViolations } from "./openai-responses-whole.ts";

/** The parts of an item: where its `done` copy has them, and the events that tell them. */
interface PartRule {
  readonly list: "content" | "summary";
  readonly index: "content_index" | "summary_index";
  /** The field that grows. */
  readonly field: "text" | "refusal";
  readonly type: string;
}

const outputText: PartRule = {
  list: "content",
  index: "content_index",
  field: "text",
  type: "output_text",
};
const rules: Readonly<Record<string, PartRule>> = {
  output_text: outputText,
  refusal: { ...outputText, field: "refusal", type: "refusal" },
  reasoning_summary_text: { ...outputText, list: "summary", index: "summary_index", type: "summary_text" },
  reasoning_text: { ...outputText, type: "reasoning_text" },
};

/** What a call says, by the type of its item: the field that grows, and the events that tell it. */
const callFields: Readonly<Record<string, { readonly field: "arguments" | "input"; readonly stem: string }>> =
  {
    function_call: { field: "arguments", stem: "function_call_arguments" },
    custom_tool_call: { field: "input", stem: "custom_tool_call_input" },
  };

/** One item of a stream, from `output_item.added` to `output_item.done`: every event must fit what came before. */
export class ResponsesItem {
  readonly id: string;
  readonly #type: string;
  readonly #violations: string[];
  readonly #parts: { readonly rule: PartRule; said: string; told: boolean; closed: boolean }[] = [];
  #item: JsonObject;
  #arguments = "";
  #argumentsTold = false;
  #done = false;

  constructor(item: JsonObject, violations: string[]) {
    this.id = text(item.id);
    this.#type = text(item.type);
    this.#item = item;
    this.#violations = violations;
    if (this.id === "") this.#violation("it begins without an id");
    if (this.#type !== "reasoning" && item.status !== "in_progress")
      this.#violation(`it begins with the status ${String(item.status)}`);
    if (array(item.content).length > 0 || array(item.summary).length > 0)
      this.#violation("it begins with parts");
    const call = callFields[this.#type];
    if (call === undefined) return;
    if (text(item.call_id) === "" || text(item.name) === "")
      this.#violation("it begins without call_id or name");
    if (item[call.field] !== "") this.#violation(`it begins with ${call.field}`);
  }

  /** As the last event has it. */
  get item(): JsonObject {
    return this.#item;
  }

  get isDone(): boolean {
    return this.#done;
  }

  read(type: string, payload: JsonObject): void {
    if (this.#done) {
      this.#violation(`${type} after it is done`);
      return;
    }
    if (type === "response.output_item.done") {
      this.#finish(object(payload.item));
      return;
    }
    if (payload.item_id !== this.id) this.#violation(`${type} names it ${String(payload.item_id)}`);
    const [, stem = "", step = ""] = /^response\.(.+)\.(added|delta|done)$/.exec(type) ?? [];
    const call = callFields[this.#type];
    if (call?.stem === stem) this.#readArguments(step, payload[step === "delta" ? "delta" : call.field]);
    else if (stem === "content_part" || stem === "reasoning_summary_part")
      this.#readPart(step, payload, stem);
    else if (stem === "output_text.annotation") return;
    else this.#readText(type, payload);
  }

  #readArguments(step: string, said: unknown): void {
    if (this.#argumentsTold) this.#violation(`${step} after its arguments have ended`);
    if (step === "delta") this.#arguments += text(said);
    else {
      this.#argumentsTold = true;
      this.#same("the arguments at their end", said, this.#arguments);
    }
  }

  #readPart(step: string, payload: JsonObject, stem: string): void {
    const part = object(payload.part);
    const rule = Object.values(rules).find(({ type }) => type === part.type);
    if (rule === undefined || (rule.list === "summary") !== (stem === "reasoning_summary_part")) {
      this.#violation(`${stem}.${step} holds a part of type ${String(part.type)}`);
      return;
    }
    const index = payload[rule.index];
    if (step === "added") {
      if (index !== this.#parts.length)
        this.#violation(`part ${String(index)} follows ${this.#parts.length - 1}`);
      if (this.#parts.some(({ closed }) => !closed))
        this.#violation(`part ${String(index)} begins in another`);
      this.#same("a part that begins", part[rule.field], "");
      this.#parts.push({ rule, said: "", told: false, closed: false });
      return;
    }
    const open = typeof index === "number" ? this.#parts[index] : undefined;
    if (open === undefined || open.closed) {
      this.#violation(`part ${String(index)} ends, which is not open`);
      return;
    }
    if (!open.told) this.#violation(`part ${String(index)} ends before its text does`);
    open.closed = true;
    this.#same("a part at its end", part[rule.field], open.said);
  }

  #readText(type: string, payload: JsonObject): void {
    const [, stem = "", step = ""] = /^response\.(\w+)\.(delta|done)$/.exec(type) ?? [];
    const rule = rules[stem];
    if (rule === undefined) {
      this.#violation(`an unknown event: ${type}`);
      return;
    }
    const index = payload[rule.index];
    const open = typeof index === "number" ? this.#parts[index] : undefined;
    if (open === undefined || open.told || open.rule !== rule) {
      this.#violation(`${type} for part ${String(index)}, which is not open for it`);
      return;
    }
    if (step === "delta") open.said += text(payload.delta);
    else {
      open.told = true;
      this.#same("a text at its end", payload[rule.field], open.said);
    }
  }

  #finish(item: JsonObject): void {
    this.#done = true;
    if (item.id !== this.id || item.type !== this.#type) this.#violation("it ends as another item");
    const call = callFields[this.#type];
    if (call !== undefined) {
      if (!this.#argumentsTold) this.#violation("it ends before its arguments do");
      this.#same("its arguments when it is done", item[call.field], this.#arguments);
      this.#same("its call_id when it is done", item.call_id, this.#item.call_id);
      this.#same("its name when it is done", item.name, this.#item.name);
    }
    if (this.#parts.some(({ closed }) => !closed)) this.#violation("it ends inside a part");
    const parts = [...array(item.summary), ...array(item.content)].map(object);
    this.#same(
      "its parts when it is done",
      parts.map((part) => part.text ?? part.refusal),
      this.#parts.map(({ said }) => said),
    );
    this.#item = item;
    this.#violations.push(...itemViolations(item).map((what) => `output_item.done: ${what}`));
  }

  #same(what: string, seen: unknown, wanted: unknown): void {
    const differs = difference(seen, wanted);
    if (differs !== undefined) this.#violation(`${what} ${differs}`);
  }

  #violation(what: string): void {
    this.#violations.push(`item ${this.id} (${this.#type}): ${what}`);
  }
}
