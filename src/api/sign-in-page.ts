import type { PenstockError } from "../errors/penstock-error.ts";
import { escapeHtml, page } from "./page.ts";

/** Shown when a sign-in began without saying where to return. */
export function signedInPage(kind: "connection" | "provider"): string {
  return page(
    kind === "connection" ? "Connected" : "Provider signed in",
    "<p>You can close this window.</p>",
  );
}

/** Shown to a browser whose sign-in failed. */
export function signInFailedPage(error: PenstockError): string {
  return page(
    "This sign-in did not work",
    `<p role="alert">${escapeHtml(error.message)}</p>
<p>${escapeHtml(error.next)}</p>
<p><code>${escapeHtml(error.code)}</code></p>`,
  );
}
