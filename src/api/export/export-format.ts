import { z } from "@hono/zod-openapi";

/** How a list can be answered besides as pages of JSON: whole, a line an item. */
export type ExportFormat = "csv" | "jsonl";

export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
};

export const formatQuery = z
  .enum(["json", "csv", "jsonl"])
  .optional()
  .describe(
    "`csv` and `jsonl` hold all that fits, not a page, and take no `limit` and `cursor`; the `accept` header says the same",
  );

/** Declares an answer that is a page of JSON, or all of it as CSV or JSON lines. */
export function exportableAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    content: {
      "application/json": { schema },
      "text/csv": { schema: z.string() },
      "application/x-ndjson": { schema: z.string() },
    },
    description,
  } as const;
}

/** What the client wants: `format` says it, else what `accept` prefers. Undefined: pages of JSON. */
export function exportFormatOf(
  format: "json" | ExportFormat | undefined,
  accept: string | undefined,
): ExportFormat | undefined {
  if (format !== undefined) return format === "json" ? undefined : format;
  let best: { readonly format: ExportFormat | undefined; readonly weight: number } | undefined;
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? 1);
    if (weight > 0 && weight > (best?.weight ?? 0)) best = { format: formatOfType[type], weight };
  }
  return best?.format;
}

const formatOfType: Readonly<Record<string, ExportFormat | undefined>> = {
  "text/csv": "csv",
  "application/x-ndjson": "jsonl",
};
