import type { StreamPart } from "../neutral/event.ts";
import type { VendorValue } from "../neutral/part.ts";
import type { AnswerContext } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { customToolNames } from "./custom-calls.ts";
import { callPrefix } from "./encode-response.ts";
import { CallWriter } from "./item-writers/call-writer.ts";
import { FreeTextWriter } from "./item-writers/free-text-writer.ts";
import type { Emit, ItemWriter } from "./item-writers/item-writer.ts";
import { MessageWriter } from "./item-writers/message-writer.ts";
import { ReasoningWriter } from "./item-writers/reasoning-writer.ts";
import { WholeWriter } from "./item-writers/whole-writer.ts";
import { type ItemStatus, isContent, opaqueItem } from "./output-items.ts";
import { clientItem } from "./reasoning-item.ts";
import { itemId } from "./response-object.ts";
import { wrapSignature } from "./state-envelope.ts";
import type { EmittedParts } from "./stop-reason.ts";

/** Writes the items of one stream. An item is closed when the next one begins, so that the last can be incomplete. */
export class StreamWriter {
  /** The number of the next event. */
  sequence = 0;
  /** Finished items by their `output_index`. */
  readonly output: JsonObject[] = [];
  readonly #requestId: string;
  readonly #customTools: ReadonlySet<string>;
  readonly #byPart = new Map<number, ItemWriter>();
  readonly #emitted = { toolCall: false, refusal: false };
  #open: ItemWriter[] = [];
  #next = 0;

  constructor(context: AnswerContext) {
    this.#requestId = context.requestId;
    this.#customTools = customToolNames(context);
  }

  get emitted(): EmittedParts {
    return this.#emitted;
  }

  /** The next event. `fields` is not empty. */
  event(type: string, fields: JsonObject): string {
    return this.written(type, JSON.stringify(fields));
  }

  /** The next event, whose fields are an object in JSON already. */
  written(type: string, fields: string): string {
    return `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.sequence++},${fields.slice(1)}\n\n`;
  }

  start(index: number, part: StreamPart): string {
    if (isContent(part)) {
      if (part.type === "refusal") this.#emitted.refusal = true;
      const open = this.#open.find((item) => item instanceof MessageWriter);
      const signed = this.#signature(part);
      if (open !== undefined && signed === "") return this.#add(open, index, part);
      return signed + this.#closeEnded() + this.#begin(index, part);
    }
    return this.#closeEnded() + this.#signature(part) + this.#begin(index, part);
  }

  delta(index: number, text: string): string {
    return text === "" ? "" : (this.#byPart.get(index)?.delta(index, text) ?? "");
  }

  sign(index: number, signature: string): void {
    this.#byPart.get(index)?.sign(signature);
  }

  cite(index: number, citation: VendorValue): string {
    return this.#byPart.get(index)?.cite(index, citation) ?? "";
  }

  end(index: number): string {
    return this.#byPart.get(index)?.endPart(index) ?? "";
  }

  /** Closes every open item; the last one with `status`. */
  closeAll(status: ItemStatus): string {
    const items = this.#open;
    this.#open = [];
    return items.map((item, i) => this.#close(item, i === items.length - 1 ? status : "completed")).join("");
  }

  #begin(index: number, part: StreamPart): string {
    const at = this.#next++;
    const item = this.#writerFor(part, at);
    if (item === undefined) {
      this.#next--;
      return "";
    }
    this.#open.push(item);
    const added = this.event("response.output_item.added", { output_index: at, item: item.skeleton() });
    return added + this.#add(item, index, part);
  }

  #add(item: ItemWriter, index: number, part: StreamPart): string {
    this.#byPart.set(index, item);
    return item.startPart(index, part);
  }

  #writerFor(part: StreamPart, at: number): ItemWriter | undefined {
    const id = (prefix: string) => itemId(prefix, { requestId: this.#requestId, at });
    const place = { at, emit: ((type, fields) => this.event(type, fields)) satisfies Emit };
    switch (part.type) {
      case "text":
      case "refusal":
        return new MessageWriter({ ...place, id: id("msg"), next: () => this.sequence++ });
      case "thinking":
        return new ReasoningWriter({
          ...place,
          id: id("rs"),
          origin: part.origin,
          next: () => this.sequence++,
        });
      case "redacted_thinking":
        return new WholeWriter(at, clientItem(part, id("rs")));
      case "tool_call": {
        this.#emitted.toolCall = true;
        const call = { ...place, call: part, next: () => this.sequence++ };
        return part.kind === "function" && this.#customTools.has(part.name)
          ? new FreeTextWriter({ ...call, id: id(callPrefix("custom")) })
          : new CallWriter({ ...call, id: id(callPrefix(part.kind)) });
      }
      case "opaque": {
        const item = opaqueItem(part);
        return item === undefined ? undefined : new WholeWriter(at, item);
      }
    }
  }

  /** A signature that belongs to a text or call of another protocol's vendor stands in an item of its own before it. */
  #signature(part: StreamPart): string {
    if ((part.type !== "text" && part.type !== "tool_call") || part.signature === undefined) return "";
    const closed = this.closeAll("completed");
    const at = this.#next++;
    const id = itemId("rs", { requestId: this.#requestId, at });
    const item = { id, type: "reasoning", summary: [], encrypted_content: wrapSignature(part) };
    const added = this.event("response.output_item.added", { output_index: at, item });
    return closed + added + this.#close(new WholeWriter(at, item), "completed");
  }

  #closeEnded(): string {
    const ended = this.#open.filter((item) => item.ended);
    this.#open = this.#open.filter((item) => !item.ended);
    return ended.map((item) => this.#close(item, "completed")).join("");
  }

  #close(item: ItemWriter, status: ItemStatus): string {
    const rest = item.finish(status);
    const whole = item.item(status);
    this.output[item.at] = whole;
    return rest + this.event("response.output_item.done", { output_index: item.at, item: whole });
  }
}
