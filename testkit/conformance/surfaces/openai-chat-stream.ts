import { type ClientError, nothing, type ReadAnswer } from "../model/answer.ts";
import { array, isObject, type JsonObject, object, parseJson, text } from "../model/json.ts";
import type { ScriptUsage } from "../model/script.ts";
import { readChatError, readChatUsage } from "./openai-chat-whole.ts";
import { readEvents } from "./read-events.ts";

/** Reads a stream of chat completion chunks that has ended, and judges its grammar. */
export function readChatStream(source: string): ReadAnswer {
  const reader = new ChatStream();
  for (const { data } of readEvents(source)) reader.read(data);
  return reader.answer();
}

class ChatStream {
  readonly #violations: string[] = [];
  readonly #calls: { id: string; name: string; arguments: string }[] = [];
  /** Where in `#calls` the call of an index is. */
  readonly #places = new Map<number, number>();
  readonly #details: unknown[] = [];
  readonly #callExtras = new Map<string, unknown>();
  #extra: unknown;
  #envelope: string | undefined;
  #thinking = "";
  #content = "";
  #refusal = "";
  #role = false;
  #finish: string | undefined;
  #usage: ScriptUsage | undefined;
  #serviceTier: string | undefined;
  #error: ClientError | undefined;
  #done = false;

  read(data: string): void {
    if (this.#done) {
      this.#violation(`an event after [DONE]: ${data}`);
      return;
    }
    if (this.#error !== undefined) {
      this.#violation(`an event after the error: ${data}`);
      return;
    }
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    const chunk = parseJson(data);
    if (!isObject(chunk)) {
      this.#violation(`an event that is not JSON: ${data.slice(0, 80)}`);
      return;
    }
    if (chunk.error !== undefined) {
      this.#fail(chunk.error);
      return;
    }
    this.#readEnvelope(chunk);
    const choices = array(chunk.choices);
    if (isObject(chunk.usage)) this.#readUsage(chunk.usage, choices);
    for (const choice of choices) this.#readChoice(object(choice));
  }

  answer(): ReadAnswer {
    if (this.#error === undefined) {
      if (this.#finish === undefined) this.#violation("the stream ended without a finish_reason");
      if (!this.#done) this.#violation("the stream ended without [DONE]");
    }
    for (const [i, call] of this.#calls.entries()) {
      // A call that a limit or a failure cut is as long as it is.
      const whole = this.#finish === "tool_calls";
      if (whole && parseJson(call.arguments) === undefined)
        this.#violation(`the arguments of tool call ${i} are not JSON: ${call.arguments}`);
    }
    return {
      ...nothing,
      thinking: this.#thinking,
      text: this.#content,
      refusal: this.#refusal,
      calls: this.#calls,
      finish: this.#finish,
      usage: this.#usage,
      serviceTier: this.#serviceTier,
      error: this.#error,
      violations: this.#violations,
      turn: this.#turn(),
    };
  }

  #readEnvelope(chunk: JsonObject): void {
    const { id, model, created } = chunk;
    if (chunk.object !== "chat.completion.chunk")
      this.#violation(`object is ${JSON.stringify(chunk.object)}`);
    if (text(id) === "" || text(model) === "" || !Number.isInteger(created))
      this.#violation("a chunk without id, model or time");
    const envelope = JSON.stringify([id, model, created]);
    this.#envelope ??= envelope;
    if (envelope !== this.#envelope) this.#violation("id, model or time change within the stream");
    if (typeof chunk.service_tier === "string") this.#serviceTier = chunk.service_tier;
  }

  #readUsage(usage: JsonObject, choices: readonly unknown[]): void {
    if (this.#usage !== undefined) this.#violation("usage comes twice");
    if (choices.length > 0) this.#violation("usage comes in a chunk with choices");
    if (this.#finish === undefined) this.#violation("usage comes before the finish_reason");
    this.#usage = readChatUsage(usage);
  }

  #readChoice(choice: JsonObject): void {
    if (choice.index !== 0) this.#violation(`a choice with index ${JSON.stringify(choice.index)}`);
    if (this.#finish !== undefined) this.#violation("a choice after the finish_reason");
    const delta = object(choice.delta);
    if (!isObject(choice.delta)) this.#violation("a choice without delta");
    if (delta.role === "assistant") {
      if (this.#role) this.#violation("the role comes twice");
      this.#role = true;
    } else if (!this.#role) this.#violation("the first delta does not say the role");
    this.#thinking += text(delta.reasoning_content);
    this.#content += text(delta.content);
    this.#refusal += text(delta.refusal);
    this.#details.push(...array(delta.reasoning_details));
    this.#extra = delta.extra_content ?? this.#extra;
    for (const fragment of array(delta.tool_calls)) this.#readCall(object(fragment));
    if (choice.finish_reason === undefined) this.#violation("a choice without finish_reason");
    if (typeof choice.finish_reason === "string") this.#finish = choice.finish_reason;
  }

  #readCall(fragment: JsonObject): void {
    const { index } = fragment;
    const fn = object(fragment.function);
    if (typeof index !== "number") {
      this.#violation("a tool call without index");
      return;
    }
    const known = this.#calls[this.#places.get(index) ?? -1];
    if (known !== undefined) {
      if (typeof fragment.id === "string" && fragment.id !== "")
        this.#violation(`tool call ${index} says its id twice`);
      known.arguments += text(fn.arguments);
      if (fragment.extra_content !== undefined) this.#callExtras.set(known.id, fragment.extra_content);
      return;
    }
    if (index !== this.#calls.length) this.#violation(`tool call ${index} follows ${this.#calls.length - 1}`);
    if (text(fragment.id) === "") this.#violation(`tool call ${index} begins without an id`);
    if (text(fn.name) === "") this.#violation(`tool call ${index} begins without a name`);
    if (fragment.type !== "function") this.#violation(`tool call ${index} begins without a type`);
    this.#places.set(index, this.#calls.length);
    if (fragment.extra_content !== undefined) this.#callExtras.set(text(fragment.id), fragment.extra_content);
    this.#calls.push({ id: text(fragment.id), name: text(fn.name), arguments: text(fn.arguments) });
  }

  #fail(error: unknown): void {
    if (this.#finish !== undefined) this.#violation("an error after the finish_reason");
    const read = readChatError(error, true);
    this.#error = read.error;
    this.#violations.push(...read.violations);
  }

  /** The turn as clients gather it: fields they do not know are kept as they came. */
  #turn(): unknown {
    const calls = this.#calls.map(({ id, ...fn }) => {
      const extra = this.#callExtras.get(id);
      return { id, type: "function", function: fn, ...(extra !== undefined && { extra_content: extra }) };
    });
    return {
      role: "assistant",
      content: this.#content === "" && calls.length > 0 ? null : this.#content,
      ...(this.#thinking !== "" && { reasoning_content: this.#thinking }),
      ...(this.#details.length > 0 && { reasoning_details: this.#details }),
      ...(this.#refusal !== "" && { refusal: this.#refusal }),
      ...(this.#extra !== undefined && { extra_content: this.#extra }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
  }

  #violation(what: string): void {
    this.#violations.push(what);
  }
}
