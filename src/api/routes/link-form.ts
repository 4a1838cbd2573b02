import type { Context } from "hono";
import { type PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/** What a form of a link's page holds; fields that are missing or no text are undefined. */
export interface LinkForm {
  readonly token: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly password: string | undefined;
}

/** Reads a form. A password may hold anything, so nothing is trimmed here. */
export async function readLinkForm(c: Context<ApiEnvironment>): Promise<LinkForm> {
  const body = await c.req.parseBody();
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : undefined);
  return { token: text("token") ?? "", email: text("email"), name: text("name"), password: text("password") };
}

/** These pages send a form to themselves, which all others may not; browsers then say the form's origin. */
export function allowForm(c: Context<ApiEnvironment>): void {
  c.header("referrer-policy", "same-origin");
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
}

/** Our refusals are for the page to show; all else is a failure, thrown on. */
export function refusalOf(thrown: unknown): PenstockError {
  const error = toPenstockError(thrown);
  if (error.status >= 500) throw thrown;
  return error;
}

/** For the person in front of the form. */
export function sentenceOf(error: PenstockError): string {
  const fields = error.problems.map(({ path, message }) => `${path.slice(1)} ${message}`);
  return fields.length === 0 ? error.message : `${fields.join("; ")}.`;
}
