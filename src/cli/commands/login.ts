import { text as askText, isCancel } from "@clack/prompts";
import { z } from "zod";
import { readProblem, unreachable } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError, usageError } from "../cli-error.ts";
import { serverUrl } from "../connection.ts";
import { askSecret, readSecret } from "../input/secret-source.ts";
import { print, printJson } from "../output/terminal.ts";
import { personArgs } from "../person-connection.ts";
import { storeSession } from "../session-file.ts";

const sessionSchema = z.object({
  user: z.object({ email: z.string() }),
  orgs: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
});

/** Signs a person in and keeps the session on this machine. */
export const loginCommand = defineCliCommand({
  summary: "Sign in with your account, for what is your own",
  args: {
    email: { type: "positional", required: false, description: "Email address; asked for when left out" },
    password: {
      type: "string",
      valueHint: "SOURCE",
      description: "Password as env:NAME, file:PATH or - ; asked for when left out",
    },
    org: { type: "string", valueHint: "NAME", description: "Organization; your first when left out" },
    ...personArgs,
  },
  examples: ["penstock login ann@example.com", "penstock login ann@example.com --password env:MY_PASSWORD"],
  async run({ args }) {
    const url = await serverUrl(args);
    const email = args.email ?? (await askEmail());
    const secret =
      args.password === undefined
        ? await passwordFromTerminal()
        : await readSecret(args.password, "the password");
    const response = await signIn(url, { email, password: secret });
    if (!response.ok) throw await readProblem(response);
    const cookie = response.headers.getSetCookie()[0]?.split(";", 1)[0];
    const session = sessionSchema.safeParse(await response.json().catch(() => undefined)).data;
    if (cookie === undefined || session === undefined)
      throw new CliError(`${url} did not answer as Penstock does; check the URL`);
    const org = chooseOrg(session.orgs, args.org);
    storeSession(url, { cookie, email: session.user.email, orgId: org?.id });
    if (args.json) printJson({ url, email: session.user.email, org: org?.name ?? null });
    else
      print(`Signed in as ${session.user.email}${org === undefined ? "" : ` in ${org.name} (${org.role})`}.`);
  },
});

async function signIn(url: string, body: { email: string; password: string }): Promise<Response> {
  try {
    return await fetch(`${url}/api/v1/auth/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(url).origin },
      body: JSON.stringify(body),
      redirect: "manual",
    });
  } catch {
    throw unreachable(url);
  }
}

async function askEmail(): Promise<string> {
  if (!process.stdin.isTTY) throw usageError("say who: penstock login EMAIL");
  const answer = await askText({ message: "Email address:", output: process.stderr });
  if (isCancel(answer)) throw new CliError("cancelled; nothing was changed");
  return answer;
}

async function passwordFromTerminal(): Promise<string> {
  if (!process.stdin.isTTY) throw usageError("give --password env:NAME, file:PATH or -");
  return askSecret("Password");
}

function chooseOrg<T extends { id: string; name: string }>(
  orgs: readonly T[],
  wanted: string | undefined,
): T | undefined {
  if (wanted === undefined) return orgs[0];
  const found = orgs.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  throw new CliError(
    `you do not belong to \`${wanted}\`; you belong to ${orgs.map(({ name }) => name).join(", ")}`,
  );
}
