import { z } from "zod";
import type { SortValue } from "../storage/repositories/page-query.ts";
import { unprocessable } from "./parse-input.ts";

/** Where a page ended. `value`: what the list is sorted by; undefined where that is the id. */
export interface PagePosition {
  readonly value: SortValue | undefined;
  readonly id: string;
}

/** What a cursor belongs to: in another list, or another order of the same, it means nothing. */
export interface CursorScope {
  readonly list: string;
  readonly sort: string;
}

const schema = z.tuple([
  z.string(),
  z.string(),
  z.union([z.string(), z.number().refine(Number.isSafeInteger), z.null()]),
  z.string().max(1000),
]);

/** Opaque to clients; there is no secret in it, and a forged one leads nowhere but into the same list. */
export function encodeCursor({ value, id }: PagePosition, { list, sort }: CursorScope): string {
  return Buffer.from(JSON.stringify([list, sort, value ?? null, id])).toString("base64url");
}

/** Throws `unprocessable`. `type`: of the value that the list is sorted by. */
export function decodeCursor(
  cursor: string,
  { list, sort, type }: CursorScope & { readonly type: "string" | "number" | undefined },
): PagePosition {
  const parsed = schema.safeParse(fromJson(cursor));
  if (!parsed.success) throw invalid("is no cursor");
  const [ofList, ofSort, value, id] = parsed.data;
  const fits = value === null ? type === undefined : typeof value === type;
  if (ofList !== list || ofSort !== sort || !fits) throw invalid("is a cursor of another list or order");
  // No row has such a character, and PostgreSQL takes none.
  if (`${value}${id}`.includes("\0")) throw invalid("is no cursor");
  return { value: value ?? undefined, id };
}

function fromJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

function invalid(message: string) {
  return unprocessable([
    { path: "?cursor", message: `${message}; pass a \`next_cursor\` as it was given, or none` },
  ]);
}
