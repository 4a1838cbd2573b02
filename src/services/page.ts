import { z } from "zod";
import type { PageQuery, SortValue } from "../storage/repositories/page-query.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import { parseInput, unprocessable } from "./parse-input.ts";

/** One page of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Pass it as `cursor` for the next page; undefined on the last one. */
  readonly nextCursor: string | undefined;
}

/** What every list takes. `limit`: 1 to 1000, 100 by default. */
export interface PageInput {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** What the list is sorted by, `-` before it for the other way round; `created_at` by default. */
  readonly sort?: string | undefined;
}

/** A list that can be read page by page: by age, or by what else its rows have. */
export interface ListOrder<T> {
  /** Tells its cursors from those of others. */
  readonly list: string;
  readonly texts?: Readonly<Record<string, (row: T) => string>>;
  readonly numbers?: Readonly<Record<string, (row: T) => number>>;
}

const limitSchema = z
  .int("must be a whole number")
  .min(1, "must be 1 or more")
  .max(1000, "must be 1000 or less")
  .default(100);

/**
 * Reads one page by `query`, which gets one row more than the page holds to learn whether there is another. Throws
 * `unprocessable` for a cursor of another list or order.
 */
export async function readPage<T extends { readonly id: string }>(
  input: PageInput,
  order: ListOrder<T>,
  query: (page: PageQuery) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const { limit } = parseInput(z.object({ limit: limitSchema }), { limit: input.limit });
  const sort = input.sort ?? "created_at";
  const descending = sort.startsWith("-");
  const by = descending ? sort.slice(1) : sort;
  const text = own(order.texts, by);
  const sortValue: ((row: T) => SortValue) | undefined = text ?? own(order.numbers, by);
  if (sortValue === undefined && by !== "created_at") {
    const names = ["created_at", ...Object.keys({ ...order.texts, ...order.numbers })];
    throw unprocessable([{ path: "?sort", message: `must be one of ${names.join(", ")}, or - and one` }]);
  }
  const type = sortValue === undefined ? undefined : text === undefined ? "number" : "string";
  const scope = { list: order.list, sort };
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, { ...scope, type });
  const rows = await query({ limit: limit + 1, after, sort: { by, descending } });
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return {
    data,
    nextCursor: last && encodeCursor({ value: sortValue?.(last), id: last.id }, scope),
  };
}

/** Callers name what a list is sorted by: a name of every object, e.g. `constructor`, is none of ours. */
function own<V>(record: Readonly<Record<string, V>> | undefined, name: string): V | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** One page of a list that is in memory, in its own order; `keyOf` is unique and rises along the list. */
export function pageOf<T>(
  input: Omit<PageInput, "sort">,
  {
    list,
    rows,
    keyOf,
  }: {
    /** Tells its cursors from those of others. */
    readonly list: string;
    readonly rows: readonly T[];
    readonly keyOf: (row: T) => string;
  },
): Page<T> {
  const { limit } = parseInput(z.object({ limit: limitSchema }), { limit: input.limit });
  const scope = { list, sort: "" };
  const after =
    input.cursor === undefined ? undefined : decodeCursor(input.cursor, { ...scope, type: undefined });
  const rest = after === undefined ? rows : rows.filter((row) => keyOf(row) > after.id);
  const data = rest.slice(0, limit);
  const last = rest.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last && encodeCursor({ value: undefined, id: keyOf(last) }, scope) };
}
