import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CliError, usageError } from "./cli-error.ts";
import { readSecret } from "./input/secret-source.ts";

/** Options every command that talks to a server has. */
export const connectionArgs = {
  url: {
    type: "string",
    valueHint: "URL",
    description: "Server; else PENSTOCK_URL, else bootstrap.json in PENSTOCK_DATA (./data)",
  },
  key: {
    type: "string",
    valueHint: "SOURCE",
    description: "Key as env:NAME, file:PATH or -; else PENSTOCK_ADMIN_KEY, else bootstrap.json",
  },
  json: { type: "boolean", description: "Print JSON instead of text" },
} as const;

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string;
}

const bootstrapSchema = z.object({ url: z.string(), gateway_key: z.string(), admin_key: z.string() });
type Bootstrap = z.infer<typeof bootstrapSchema>;

/** Where the control plane is and which admin key to use there. Throws when either cannot be found. */
export async function connectAdmin(flags: ConnectionFlags): Promise<Connection> {
  return connect(flags, {
    variable: "PENSTOCK_ADMIN_KEY",
    what: "the admin key",
    from: ({ admin_key }) => admin_key,
  });
}

/** The same for the gateway, with a key that may call models. */
export async function connectGateway(flags: ConnectionFlags): Promise<Connection> {
  return connect(flags, {
    variable: "PENSTOCK_KEY",
    what: "the gateway key",
    from: ({ gateway_key }) => gateway_key,
  });
}

async function connect(
  flags: ConnectionFlags,
  wanted: { variable: string; what: string; from: (bootstrap: Bootstrap) => string },
): Promise<Connection> {
  const bootstrap = await readBootstrap();
  const given = flags.url ?? (process.env.PENSTOCK_URL || undefined);
  const url = checkUrl(given ?? bootstrap?.url);
  if (flags.key !== undefined) return { url, key: await readSecret(flags.key, wanted.what) };
  const set = process.env[wanted.variable];
  if (set) return { url, key: set };
  // The local instance's keys are for the local instance: no other server may get to see them.
  if (bootstrap && checkUrl(bootstrap.url) === url) return { url, key: wanted.from(bootstrap) };
  throw new CliError(
    `no key for ${url}: set ${wanted.variable}, or give --key env:NAME, file:PATH or - (to be asked for it)`,
  );
}

/** The server that is meant, without a key for it. */
export async function serverUrl(flags: Pick<ConnectionFlags, "url">): Promise<string> {
  return checkUrl(flags.url ?? (process.env.PENSTOCK_URL || undefined) ?? (await readBootstrap())?.url);
}

function checkUrl(text: string | undefined): string {
  if (text === undefined) {
    const data = process.env.PENSTOCK_DATA || "./data";
    throw new CliError(
      `no server to talk to: start one with \`penstock serve\`, or set --url or PENSTOCK_URL (no bootstrap.json in ${data})`,
    );
  }
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw usageError("the server's URL must look like https://host or http://localhost:8080");
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

async function readBootstrap(): Promise<Bootstrap | undefined> {
  const path = join(process.env.PENSTOCK_DATA || "./data", "bootstrap.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return bootstrapSchema.parse(JSON.parse(text));
  } catch {
    throw new CliError(`${path} is damaged; set PENSTOCK_URL and PENSTOCK_ADMIN_KEY instead`);
  }
}
