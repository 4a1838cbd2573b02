import { type AccountForm, accountForm } from "./account-form.ts";
import { escapeHtml, page } from "./page.ts";

/** What the first start's link shows: the form that makes the owner. */
export function setupPage(form: Pick<AccountForm, "token" | "problem" | "filled">): string {
  return page(
    "Set up Penstock",
    `<p>Make the account of the owner, who is this installation's operator, too. This link works once; the keys in
<code>bootstrap.json</code> go on working.</p>
${accountForm({ ...form, action: "/setup", button: "Make the account" })}`,
  );
}

/** What comes after the form. */
export function setupDonePage(options: {
  readonly gatewayUrl: string;
  readonly version: string;
  readonly email: string;
}): string {
  const url = escapeHtml(options.gatewayUrl);
  return page(
    "Penstock is running",
    `<p>You are signed in as ${escapeHtml(options.email)}. Version ${escapeHtml(options.version)}. Clients reach the gateway at
<code>${url}</code>.</p>
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
<h2>Invite others</h2>
<pre>npm run -s penstock -- members invite somebody@example.com --role member</pre>`,
  );
}

/** Shown for a wrong, missing or used token; says nothing of the instance. */
export function setupRefusedPage(): string {
  return page(
    "This setup link is not valid",
    `<p>It works once: if the owner's account was made, sign in with it. Else open the <code>setup_url</code> of
<code>bootstrap.json</code> in Penstock's data folder.</p>`,
  );
}
