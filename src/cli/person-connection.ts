import { CliError } from "./cli-error.ts";
import { type ConnectionFlags, serverUrl } from "./connection.ts";
import { readStoredSession } from "./session-file.ts";

/** Options of commands about what is a person's own. */
export const personArgs = {
  url: {
    type: "string",
    valueHint: "URL",
    description: "Server; else PENSTOCK_URL, else bootstrap.json in PENSTOCK_DATA (./data)",
  },
  json: { type: "boolean", description: "Print JSON instead of text" },
} as const;

/** A server and who is signed in there. */
export interface PersonConnection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly cookie: string;
  readonly orgId: string | undefined;
}

/** The session that `penstock login` left; throws when there is none. */
export async function connectPerson(flags: Pick<ConnectionFlags, "url">): Promise<PersonConnection> {
  const url = await serverUrl(flags);
  const session = readStoredSession(url);
  if (session === undefined)
    throw new CliError(`nobody is signed in at ${url}: run \`penstock login\` first`);
  return { url, cookie: session.cookie, orgId: session.orgId };
}
