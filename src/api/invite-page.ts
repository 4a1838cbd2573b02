import type { InvitationPreview } from "../services/invitations/preview.ts";
import { type AccountForm, accountForm } from "./account-form.ts";
import { escapeHtml, page } from "./page.ts";

/** What an invitation's link shows. `signedIn`: the invited person is, so one button is enough. */
export function invitePage(
  offer: InvitationPreview,
  form: Pick<AccountForm, "token" | "problem" | "filled"> & { readonly signedIn: boolean },
): string {
  const { email, orgName, role } = offer;
  const what = `<p>${escapeHtml(email)} is invited to <strong>${escapeHtml(orgName)}</strong> as ${escapeHtml(role)}.</p>`;
  const title = `Join ${orgName}`;
  if (!form.signedIn) {
    const fields = { ...form, action: "/invite", fixedEmail: email, button: "Make the account and join" };
    return page(title, `${what}\n${accountForm(fields)}`);
  }
  return page(
    title,
    `${what}
<form method="post" action="/invite">
<input type="hidden" name="token" value="${escapeHtml(form.token)}">
<button>Join</button>
</form>`,
  );
}

export function inviteDonePage({
  orgName,
  email,
}: {
  readonly orgName: string;
  readonly email: string;
}): string {
  return page(`Welcome to ${orgName}`, `<p>You are signed in as ${escapeHtml(email)}.</p>`);
}

/** Shown for a wrong, used, revoked or expired token, alike. */
export function inviteRefusedPage(): string {
  return page(
    "This invitation is not valid",
    "<p>It works once and for seven days. Ask whoever invited you for a new one.</p>",
  );
}
