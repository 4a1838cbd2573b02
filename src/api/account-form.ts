import { escapeHtml } from "./page.ts";

export interface AccountForm {
  /** Where it is sent. */
  readonly action: string;
  /** Of the link that led here. */
  readonly token: string;
  /** Given by the invitation; undefined: to be filled in. */
  readonly fixedEmail?: string | undefined;
  readonly button: string;
  /** What was wrong with the last try. */
  readonly problem?: string | undefined;
  /** What stood in the last try, but the password. */
  readonly filled?: { readonly email?: string | undefined; readonly name?: string | undefined } | undefined;
}

/** The form that makes an account, in plain HTML: it must work before there is any console. */
export function accountForm({ action, token, fixedEmail, button, problem, filled }: AccountForm): string {
  const email = fixedEmail ?? filled?.email ?? "";
  return `${problem === undefined ? "" : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<label>Email address
<input name="email" type="email" autocomplete="username" required maxlength="254" value="${escapeHtml(email)}"${fixedEmail === undefined ? "" : " readonly"}></label>
<label>Name
<input name="name" autocomplete="name" required maxlength="100" value="${escapeHtml(filled?.name ?? "")}"></label>
<label>Password, 12 characters or more
<input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="128"></label>
<button>${escapeHtml(button)}</button>
</form>`;
}
