import { escapeHtml } from "../page.ts";

/** A sentence of the contract as HTML; what stands between backticks is code. */
export function inline(text: string): string {
  return escapeHtml(text).replace(
    /&#96;([^&]*?)&#96;|`([^`]*)`/g,
    (_, a: string, b: string) => `<code>${a ?? b}</code>`,
  );
}
