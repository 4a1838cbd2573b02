import type { DriverContext, Misconfiguration } from "../driver.ts";
import { wrongOption } from "../shared/misconfigured.ts";
import { textOption } from "../shared/options.ts";
import { tokenUrlProblem } from "./oauth2-client.ts";

/** What an authorization server's URLs are called in messages, by the option that holds them. */
const names = { token_url: "token URL", authorize_url: "authorization URL" } as const;

/** Why a client cannot sign in at the URL that this option names; undefined when it can. */
export function urlOptionProblem(
  context: DriverContext,
  option: keyof typeof names,
): Misconfiguration | undefined {
  const url = textOption(context, option, "");
  if (url === "") return wrongOption(option, `is missing (the ${names[option]})`);
  const message = tokenUrlProblem(url)?.replace(names.token_url, names[option]);
  return message === undefined ? undefined : { path: `/options/${option}`, message };
}
