import { escapeHtml, page } from "./page.ts";

/** What a link for a forgotten password shows. `problem`: what was wrong with the last try. */
export function passwordResetPage(form: {
  readonly email: string;
  readonly token: string;
  readonly problem?: string | undefined;
}): string {
  const { email, token, problem } = form;
  return page(
    "Set a new password",
    `<p>For ${escapeHtml(email)}. All sessions of this account end.</p>
${problem === undefined ? "" : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post" action="/password-reset">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<input type="hidden" name="email" autocomplete="username" value="${escapeHtml(email)}">
<label>New password, 12 characters or more
<input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="128"></label>
<button>Set the password</button>
</form>`,
  );
}

export function passwordResetDonePage({ email }: { readonly email: string }): string {
  return page("The password is set", `<p>Sign in as ${escapeHtml(email)} with the new password.</p>`);
}

/** Shown for a wrong, used, replaced or expired token, alike. */
export function passwordResetRefusedPage(): string {
  return page(
    "This link is not valid",
    "<p>It works once and for an hour. Ask whoever gave it to you for a new one.</p>",
  );
}
