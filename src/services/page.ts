import { z } from "zod";
import type { PageQuery } from "../storage/repositories/page-query.ts";
import { parseInput } from "./parse-input.ts";

/** One page of a list, oldest first. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Pass it as `cursor` for the next page; undefined on the last one. */
  readonly nextCursor: string | undefined;
}

/** What every list takes. `limit`: 1 to 1000, 100 by default. */
export interface PageInput {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const pageSchema = z.object({
  limit: z
    .int("must be a whole number")
    .min(1, "must be 1 or more")
    .max(1000, "must be 1000 or less")
    .default(100),
  cursor: z
    .string()
    .regex(/^[a-z]+_[0-9a-z]{1,26}$/, "is not a cursor of this list")
    .optional(),
});

/** Reads one page by `query`, which gets one row more than the page holds to learn whether there is another. */
export async function readPage<T extends { readonly id: string }>(
  input: PageInput,
  query: (page: PageQuery) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const { limit, cursor } = parseInput(pageSchema, { limit: input.limit, cursor: input.cursor });
  const rows = await query({ limit: limit + 1, after: cursor });
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? data.at(-1)?.id : undefined };
}

const listPageSchema = z.object({ limit: pageSchema.shape.limit, cursor: z.base64url().max(700).optional() });

/** One page of a list that is in memory, in its own order; `keyOf` is unique and rises along the list. */
export function pageOf<T>(input: PageInput, list: readonly T[], keyOf: (item: T) => string): Page<T> {
  const { limit, cursor } = parseInput(listPageSchema, { limit: input.limit, cursor: input.cursor });
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString();
  const rest = after === undefined ? list : list.filter((item) => keyOf(item) > after);
  const data = rest.slice(0, limit);
  const last = rest.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last && Buffer.from(keyOf(last)).toString("base64url") };
}
