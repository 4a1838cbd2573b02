import { difference } from "../expect/same.ts";
import type { ClientError, ReadAnswer } from "../model/answer.ts";
import { array, isObject, type JsonObject, object, parseJson, text } from "../model/json.ts";
import { readChatError } from "./openai-chat-whole.ts";
import { ResponsesItem } from "./openai-responses-item.ts";
import { envelopeViolations, readResponse } from "./openai-responses-whole.ts";
import { type ClientEvent, readEvents } from "./read-events.ts";

/** Reads a stream of Responses events that has ended, and judges its grammar. */
export function readResponsesStream(source: string): ReadAnswer {
  const reader = new ResponsesStream();
  for (const event of readEvents(source)) reader.read(event);
  return reader.answer();
}

const ends = new Set(["response.completed", "response.incomplete", "response.failed"]);

class ResponsesStream {
  readonly #violations: string[] = [];
  readonly #items: ResponsesItem[] = [];
  #sequence = -1;
  #head: JsonObject | undefined;
  #end: JsonObject | undefined;
  #error: ClientError | undefined;

  read({ event, data }: ClientEvent): void {
    // Servers of the open specification end with a mark; the vendor does not.
    if (data === "[DONE]" && this.#end !== undefined) return;
    const payload = parseJson(data);
    if (!isObject(payload)) {
      this.#violation(`an event that is not JSON: ${data.slice(0, 80)}`);
      return;
    }
    const type = text(payload.type);
    if (event !== type) this.#violation(`event ${String(event)} holds a payload of type ${type}`);
    this.#count(payload, type);
    if (this.#end !== undefined) this.#violation(`${type} after the end`);
    else if (this.#error !== undefined && type !== "response.failed")
      this.#violation(`${type} after the error`);
    else this.#dispatch(type, payload);
  }

  answer(): ReadAnswer {
    if (this.#head === undefined && this.#error === undefined)
      this.#violation("the stream has no response.created");
    if (this.#end === undefined && this.#error === undefined)
      this.#violation("the stream ended without response.completed, .incomplete or .failed");
    const told: ReadAnswer =
      this.#end === undefined
        ? { ...readResponse({ output: this.#items.map(({ item }) => item) }), violations: [] }
        : readResponse(this.#end);
    return {
      ...told,
      error: this.#error ?? told.error,
      violations: [...this.#violations, ...told.violations],
    };
  }

  /** The numbers of the events have no gap, so that a client can see that it missed one. */
  #count({ sequence_number: number }: JsonObject, type: string): void {
    if (number !== this.#sequence + 1)
      this.#violation(`${type} has the number ${String(number)} after ${this.#sequence}`);
    if (typeof number === "number") this.#sequence = number;
  }

  #dispatch(type: string, payload: JsonObject): void {
    if (type === "error") {
      this.#fail(payload);
      return;
    }
    if (type === "response.created") {
      if (this.#head !== undefined) this.#violation("response.created comes twice");
      this.#head = object(payload.response);
      this.#judgeHead(this.#head, type);
      return;
    }
    if (this.#head === undefined) this.#violation(`${type} before response.created`);
    if (type === "response.in_progress") this.#judgeHead(object(payload.response), type);
    else if (ends.has(type)) this.#finish(type, object(payload.response));
    else if (type === "response.output_item.added") this.#add(payload);
    else this.#tellItem(type, payload);
  }

  #judgeHead(response: JsonObject, type: string): void {
    this.#violations.push(...envelopeViolations(response).map((what) => `${type}: ${what}`));
    if (response.status !== "in_progress")
      this.#violation(`${type} has the status ${String(response.status)}`);
    if (array(response.output).length > 0) this.#violation(`${type} already has items`);
    if (response.id !== this.#head?.id) this.#violation("the id of the response changes");
    if (this.#items.length > 0) this.#violation(`${type} after an item`);
  }

  #add({ output_index: index, item }: JsonObject): void {
    if (index !== this.#items.length)
      this.#violation(`item ${String(index)} follows ${this.#items.length - 1}`);
    const added = new ResponsesItem(object(item), this.#violations);
    if (this.#items.some(({ id }) => id === added.id)) this.#violation(`two items have the id ${added.id}`);
    this.#items.push(added);
  }

  #tellItem(type: string, payload: JsonObject): void {
    const { output_index: index } = payload;
    const item = typeof index === "number" ? this.#items[index] : undefined;
    if (item === undefined) this.#violation(`${type} for item ${String(index)}, which has not begun`);
    else item.read(type, payload);
  }

  #finish(type: string, response: JsonObject): void {
    this.#end = response;
    if (`response.${text(response.status)}` !== type)
      this.#violation(`${type} has the status ${String(response.status)}`);
    if (response.id !== this.#head?.id) this.#violation("the id of the response changes");
    for (const { id, isDone } of this.#items) if (!isDone) this.#violation(`item ${id} is never done`);
    const seen = difference(
      response.output,
      this.#items.map(({ item }) => item),
    );
    if (seen !== undefined) this.#violation(`${type} does not hold the items that were streamed: ${seen}`);
  }

  /** Documented flat, and sent in an `error` object: clients look for either. */
  #fail(payload: JsonObject): void {
    const read = readChatError(isObject(payload.error) ? payload.error : payload, true);
    this.#error = read.error;
    this.#violations.push(...read.violations);
  }

  #violation(what: string): void {
    this.#violations.push(what);
  }
}
