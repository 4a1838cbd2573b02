import type { GroupCell, UsageDimension, UsageQuery, UsageSums } from "../../storage/ledger/usage-query.ts";
import { decodeCursor, encodeCursor } from "../page-cursor.ts";
import { unprocessable } from "../parse-input.ts";
import { isTime } from "./usage-group.ts";

interface Order {
  readonly groupBy: readonly UsageDimension[];
  readonly sort: UsageQuery["sort"];
}

/** Where a page of groups ended. */
export function encodeGroupCursor(last: UsageSums, order: Order): string {
  return encodeCursor({ value: last.sortValue, id: JSON.stringify(last.group) }, scopeOf(order));
}

/** Throws `unprocessable` for a cursor of other groups or another order. */
export function decodeGroupCursor(cursor: string, order: Order): UsageQuery["after"] {
  const type = order.sort.by === "group" ? undefined : "number";
  const { value, id } = decodeCursor(cursor, { ...scopeOf(order), type });
  const group = cellsOf(id);
  const fits =
    group?.length === order.groupBy.length &&
    order.groupBy.every((dimension, at) => isCell(group[at], dimension));
  if (group === undefined || !fits) {
    throw unprocessable([
      { path: "?cursor", message: "is no cursor; pass a `next_cursor` as it was given, or none" },
    ]);
  }
  return { value: typeof value === "number" ? value : undefined, group: group as readonly GroupCell[] };
}

function scopeOf({ groupBy, sort }: Order) {
  return { list: `usage by ${groupBy.join(",")}`, sort: `${sort.descending ? "-" : ""}${sort.by}` };
}

function cellsOf(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isCell(cell: unknown, dimension: UsageDimension): cell is GroupCell {
  return isTime(dimension) ? Number.isSafeInteger(cell) : typeof cell === "string" && !cell.includes("\0");
}
