import { z } from "@hono/zod-openapi";
import type { Page } from "../../services/page.ts";
import { problemSchema } from "../problem/problem-document.ts";

/** RFC 3339, UTC. */
export const timeSchema = z.iso.datetime().openapi({ example: "2030-01-31T00:00:00.000Z" });

export const originSchema = z.string().describe("Who manages it: `api`, or `file:<name>`");

/** Milliseconds since the epoch as the API writes them. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same for a time that may be missing. */
export function toOptionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : toTime(ms);
}

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).optional().describe("Items a page; 100 by default"),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .describe("`next_cursor` of the page before, of the same list in the same order"),
};

/** Declares what a list can be sorted by; with `-` before it the other way round. */
export function sortQuery<Name extends string>(names: readonly Name[]) {
  return z
    .enum(["created_at", "-created_at", ...names.flatMap((name) => [name, `-${name}` as const])])
    .optional()
    .describe("`created_at` by default; `-` before it: the other way round");
}

/** Declares a search in a list. */
export function searchQuery(where: string) {
  return z.string().min(1).max(200).optional().describe(`Part of ${where}, whatever its case`);
}

/** `true` or `false` in a query string. */
export const flagQuery = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

export const idParams = z.strictObject({ id: z.string() });

/** The shape of every list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    next_cursor: z.string().nullable().describe("Pass it as `cursor`; null on the last page"),
  });
}

/** A page of views as a page of the API's items. */
export function toPage<View, Item>(page: Page<View>, toItem: (view: View) => Item) {
  return { data: page.data.map(toItem), next_cursor: page.nextCursor ?? null };
}

/** Declares a JSON body, required. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { "application/json": { schema } }, required: true } as const;
}

/** Declares a JSON answer. */
export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { content: { "application/json": { schema } }, description } as const;
}

/** Declared on every route: whatever went wrong is a problem document. */
export const problemAnswer = {
  content: { "application/problem+json": { schema: problemSchema } },
  description: "What went wrong and what to do about it",
} as const;
