import type { OpenApiDocument } from "../document.ts";
import { escapeHtml } from "../page.ts";
import { exampleOf } from "./example-of.ts";
import { inline } from "./inline-text.ts";
import { type Schema, type Schemas, schemaHtml } from "./schema-html.ts";

type PathItem = NonNullable<OpenApiDocument["paths"]>[string];

/** An operation with where it stands. */
export interface Operation extends NonNullable<PathItem["get"]> {
  readonly method: string;
  readonly path: string;
  readonly anchor: string;
}

/** One operation: how it is called, what it takes, what it answers. */
export function operationSection(operation: Operation, schemas: Schemas): string {
  const { anchor, method, path, summary = "", description } = operation;
  const body = mediaOf(operation.requestBody);
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status !== "default");
  return `<article id="${escapeHtml(anchor)}">
<h3><a href="#${escapeHtml(anchor)}">${inline(summary)}</a></h3>
<p><code><span class="method">${method}</span> ${escapeHtml(path)}</code> <small>${escapeHtml(anchor)}</small></p>
${description === undefined ? "" : `<p>${inline(description)}</p>`}
${parametersHtml(operation, schemas)}
${body === undefined ? "" : `<h4>Body</h4>${schemaHtml(body, schemas)}${exampleHtml(body, schemas)}`}
<h4>Answers</h4>
<dl>${answers.map(([status, response]) => answerHtml(status, response, schemas)).join("")}
<dt><code>4xx</code>, <code>5xx</code></dt><dd>A problem document</dd></dl>
</article>`;
}

function parametersHtml({ parameters = [] }: Operation, schemas: Schemas): string {
  const rows = parameters.flatMap((parameter) => {
    if (!("name" in parameter)) return [];
    const { name, in: where, required, description, schema } = parameter;
    const needed = required === true ? ", required" : "";
    return `<dt><code>${escapeHtml(name)}</code> <small>${where}${needed}</small></dt><dd>${inline(description ?? "")}
${schema === undefined ? "" : schemaHtml(schema, schemas)}</dd>`;
  });
  return rows.length === 0 ? "" : `<h4>Parameters</h4><dl>${rows.join("")}</dl>`;
}

function answerHtml(status: string, response: unknown, schemas: Schemas): string {
  const { description = "" } = response as { description?: string };
  const schema = mediaOf(response);
  const shown = schema === undefined ? "" : schemaHtml(schema, schemas);
  return `<dt><code>${status}</code> ${inline(description)}</dt><dd>${shown}</dd>`;
}

function exampleHtml(schema: Schema, schemas: Schemas): string {
  return `<pre>${escapeHtml(JSON.stringify(exampleOf(schema, schemas), null, 2))}</pre>`;
}

/** The JSON schema of a body or an answer. */
function mediaOf(part: unknown): Schema | undefined {
  const content = (part as { content?: Record<string, { schema?: Schema }> } | undefined)?.content;
  return content?.["application/json"]?.schema;
}
