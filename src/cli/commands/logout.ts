import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { serverUrl } from "../connection.ts";
import { print } from "../output/terminal.ts";
import { personArgs } from "../person-connection.ts";
import { forgetSession, readStoredSession } from "../session-file.ts";

/** Ends the session at the server and forgets it here. */
export const logoutCommand = defineCliCommand({
  summary: "Sign out",
  args: { url: personArgs.url },
  examples: ["penstock logout"],
  async run({ args }) {
    const url = await serverUrl(args);
    const session = readStoredSession(url);
    if (session === undefined) throw new CliError(`nobody is signed in at ${url}`);
    forgetSession(url);
    const api = new ApiClient({ url, cookie: session.cookie, orgId: undefined });
    await api.call("/auth/sign-out", { method: "POST" });
    print(`Signed out ${session.email}.`);
  },
});
