import { unprocessable } from "../../services/parse-input.ts";
import { csvHead, csvLine } from "./csv.ts";
import { type ExportFormat, exportTypes } from "./export-format.ts";

type Item = Readonly<Record<string, unknown>>;

export interface Export {
  readonly format: ExportFormat;
  /** For the name of the file. */
  readonly name: string;
  /** Of CSV. */
  readonly columns: readonly string[];
  readonly pages: AsyncIterator<readonly Item[]>;
}

/**
 * A whole list as one answer, read page by page as the client takes it. What fails before the first page is an answer of
 * its own; what fails later breaks the connection off, so that half a list never looks whole.
 */
export async function exportAnswer({ format, name, columns, pages }: Export): Promise<Response> {
  const line = (item: Item) => (format === "csv" ? csvLine(item, columns) : `${JSON.stringify(item)}\n`);
  let page = await pages.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (format === "csv") controller.enqueue(encoder.encode(csvHead(columns)));
      },
      async pull(controller) {
        if (page.done) {
          controller.close();
          return;
        }
        controller.enqueue(encoder.encode(page.value.map(line).join("")));
        page = await pages.next();
      },
      async cancel() {
        await pages.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": `${exportTypes[format]}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}.${format}"`,
    },
  });
}

/** An export is whole: what would cut it is refused rather than overlooked. */
export function refuseCuts(query: { readonly limit?: unknown; readonly cursor?: unknown }): void {
  const given = (["limit", "cursor"] as const).filter((name) => query[name] !== undefined);
  if (given.length === 0) return;
  throw unprocessable(
    given.map((name) => ({
      path: `?${name}`,
      message: "is for pages of JSON; csv and jsonl hold everything",
    })),
  );
}
