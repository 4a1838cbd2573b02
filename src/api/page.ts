/** One of the few pages that the API itself shows. `body` is HTML; whatever is not ours in it must be escaped. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: 6px; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
label { display: block; margin: 0.75rem 0; }
input { display: block; width: 100%; max-width: 24rem; box-sizing: border-box; font: inherit; padding: 0.4rem; }
button { font: inherit; padding: 0.4rem 1rem; margin-top: 0.5rem; }
[role="alert"] { border-left: 4px solid #c33; padding-left: 0.75rem; }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
