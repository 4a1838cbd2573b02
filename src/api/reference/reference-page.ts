import type { OpenApiDocument } from "../document.ts";
import { escapeHtml } from "../page.ts";
import { inline } from "./inline-text.ts";
import { type Operation, operationSection } from "./operation-section.ts";

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** The whole reference as one page: a section for every group, an entry for every operation, every schema expanded once. */
export function referencePage(document: OpenApiDocument): string {
  const operations = operationsOf(document);
  const groups = (document.tags ?? []).map(({ name, description = "" }) => ({
    name,
    description,
    operations: operations.filter(({ tags = [] }) => tags[0] === name),
  }));
  const schemas = document.components?.schemas ?? {};
  const { title, version } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} API ${escapeHtml(version)}</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Operations">
<p><strong>${escapeHtml(title)} API</strong><br><small>Version ${escapeHtml(version)}</small></p>
${groups
  .map(
    ({ name, operations: listed }) => `<details open><summary><a href="#tag-${name}">${name}</a></summary>
<ul>${listed.map(({ anchor, summary }) => `<li><a href="#${anchor}">${inline(summary ?? "")}</a></li>`).join("")}</ul></details>`,
  )
  .join("\n")}
</nav>
<main>
<h1>${escapeHtml(title)} API</h1>
<p>${inline(document.info.description ?? "")} The machine-readable contract is
<a href="/api/v1/openapi.json">openapi.json</a>.</p>
<p>Send a key with the scope <code>admin</code> or <code>read</code> as <code>authorization: Bearer psk_…</code>. Errors are
<code>application/problem+json</code> with a stable <code>code</code>. Lists take <code>limit</code>, <code>cursor</code> and
<code>sort</code>; answers of one resource carry an <code>etag</code>, which changes take as <code>if-match</code>; every POST
takes an <code>idempotency-key</code>.</p>
${groups
  .map(
    ({ name, description, operations: listed }) => `<section id="tag-${name}">
<h2>${name}</h2>
<p>${inline(description)}</p>
${listed.map((operation) => operationSection(operation, schemas)).join("\n")}
</section>`,
  )
  .join("\n")}
</main>
</body>
</html>
`;
}

function operationsOf(document: OpenApiDocument): readonly Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      return [{ ...operation, method, path, anchor: operation.operationId ?? `${method}${path}` }];
    }),
  );
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: light-dark(#0a58ca, #7ab8ff); }
* { box-sizing: border-box; }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem; border-right: 1px solid var(--line); font-size: 13px; }
nav ul { list-style: none; margin: 0 0 .5rem; padding: 0 0 0 1rem; }
main { padding: 1.5rem 2rem 6rem; max-width: 60rem; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); text-transform: capitalize; }
article { border: 1px solid var(--line); border-radius: 8px; padding: .25rem 1rem 1rem; margin: 1.25rem 0; scroll-margin-top: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { overflow-x: auto; padding: .75rem; background: var(--soft); border-radius: 6px; }
.method { font-weight: 700; text-transform: uppercase; }
dl { margin: .25rem 0; } dt { margin-top: .4rem; } dd { margin: 0 0 0 1.25rem; }
.schema { border-left: 2px solid var(--line); padding-left: .75rem; }
small { opacity: .75; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1rem; } }
`;
