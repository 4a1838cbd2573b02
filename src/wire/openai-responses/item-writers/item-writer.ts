import type { StreamPart } from "../../neutral/event.ts";
import type { VendorValue } from "../../neutral/part.ts";
import type { JsonObject } from "../../read-json.ts";
import type { ItemStatus } from "../output-items.ts";

/** Writes one event with the next sequence number. */
export type Emit = (type: string, fields: JsonObject) => string;

/** Where an item stands, and how its events are written. */
export interface ItemPlace {
  readonly id: string;
  /** `output_index`. */
  readonly at: number;
  readonly emit: Emit;
  /** Takes the next sequence number, for deltas, which are written without `emit`. */
  readonly next: () => number;
}

/** One output item as it is told; `index` is the neutral part's. */
export interface ItemWriter {
  readonly at: number;
  /** All its parts have ended. */
  readonly ended: boolean;
  /** The item as it is announced. */
  skeleton(): JsonObject;
  startPart(index: number, part: StreamPart): string;
  delta(index: number, text: string): string;
  sign(signature: string): void;
  cite(index: number, citation: VendorValue): string;
  endPart(index: number): string;
  /** What is left to say before the item is done. */
  finish(status: ItemStatus): string;
  /** The whole item. */
  item(status: ItemStatus): JsonObject;
}

/** The text of a delta event around the delta: written by hand, since there are many of them. */
export function deltaEvent(
  type: string,
  { fields, after = "" }: { readonly fields: JsonObject; readonly after?: string },
): (sequence: number, text: string) => string {
  const before = `event: ${type}\ndata: {"type":"${type}","sequence_number":`;
  const middle = `,${JSON.stringify(fields).slice(1, -1)},"delta":`;
  return (sequence, text) => `${before}${sequence}${middle}${JSON.stringify(text)}${after}}\n\n`;
}
