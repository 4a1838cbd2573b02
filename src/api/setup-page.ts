/** What the first start's link shows. `gatewayUrl` is the only value in it; it creates nothing. */
export function setupPage(options: { readonly gatewayUrl: string; readonly version: string }): string {
  const url = escapeHtml(options.gatewayUrl);
  return page(
    "Penstock is running",
    `<p>Version ${escapeHtml(options.version)}. Clients reach the gateway at <code>${url}</code>.</p>
<h2>First call</h2>
<p>The keys are in <code>bootstrap.json</code> in the data folder. This one runs on the built-in playground, which
simulates a model and needs no account:</p>
<pre>curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer $PENSTOCK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model":"playground-llm","messages":[{"role":"user","content":"Hello"}]}'</pre>
<p>The official OpenAI and Anthropic SDKs work with their base URL set to <code>${url}/v1</code> and
<code>${url}</code>.</p>
<h2>Register a provider</h2>
<pre>export ANTHROPIC_API_KEY=…
npm run -s penstock -- providers add anthropic-prod --driver anthropic --credential api_key=env:ANTHROPIC_API_KEY</pre>
<p>or by a file, with <code>npm run -s penstock -- apply -f penstock.yaml</code>. Every command has <code>--help</code>.</p>
<h2>Accounts</h2>
<p>This page creates nothing: sign-in with accounts, roles and invitations comes with a later release. Until then the
admin key in <code>bootstrap.json</code> is the way in; keep it secret.</p>`,
  );
}

/** Shown for a wrong or missing token; says nothing of the instance. */
export function setupRefusedPage(): string {
  return page(
    "This setup link is not valid",
    "<p>Open the <code>setup_url</code> of <code>bootstrap.json</code> in Penstock's data folder.</p>",
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: 6px; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
