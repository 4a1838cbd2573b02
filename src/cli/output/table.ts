import { harmless, style } from "./terminal.ts";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
}

/** Rows as aligned text, the titles first; `-` stands for nothing. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) =>
    columns.map(({ value }) => harmless(value(row)).replace(/\s+/g, " ").trim() || "-"),
  );
  const widths = columns.map(({ title }, at) =>
    Math.max(Bun.stringWidth(title), ...cells.map((row) => Bun.stringWidth(row[at] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(cell))))
      .join("  ")
      .trimEnd();
  const head = style(line(columns.map(({ title }) => title)), { as: "bold" });
  return [head, ...cells.map(line)].join("\n");
}
