import type { NeutralEvent } from "../neutral/event.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { EmittedParts } from "./stop-reason.ts";
import { StreamItem } from "./stream-item.ts";

/**
 * The output items of one stream. They are known by `output_index`, since proxies are known that change the id of an
 * item from event to event; the indexes may have gaps.
 */
export class StreamItems {
  readonly #items = new Map<unknown, StreamItem>();
  readonly #emitted = { toolCall: false, refusal: false };
  #next = 0;

  get emitted(): EmittedParts {
    return this.#emitted;
  }

  /** Any event about an item or its content. */
  read(event: JsonObject, out: NeutralEvent[]): void {
    const key = event.output_index ?? event.item_id;
    if (key === undefined || typeof event.type !== "string") return;
    if (event.type === "response.output_item.added") {
      if (isObject(event.item)) this.#item(key).begin(event.item, out);
    } else if (event.type === "response.output_item.done") {
      if (isObject(event.item)) this.#item(key).complete(event.item, out);
    } else this.#item(key).read(event, out);
  }

  /** Items of the whole answer, for servers that sent no events about any. */
  addMissing(output: readonly unknown[], out: NeutralEvent[]): void {
    if (this.#items.size > 0) return;
    output.filter(isObject).forEach((item, at) => {
      this.#item(at).complete(item, out);
    });
  }

  /** Ends every open part. */
  end(out: NeutralEvent[]): void {
    for (const item of this.#items.values()) item.end(out);
  }

  #item(key: unknown): StreamItem {
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const item = new StreamItem(() => this.#next++, this.#emitted);
    this.#items.set(key, item);
    return item;
  }
}
