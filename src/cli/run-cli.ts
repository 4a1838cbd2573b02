import { version } from "../../package.json" with { type: "json" };
import { PenstockError } from "../errors/penstock-error.ts";
import type { CliCommand, CliGroup } from "./cli-command.ts";
import { CliError, usageError } from "./cli-error.ts";
import { commandHelp, groupHelp, mainHelp } from "./help.ts";
import { note, print, style } from "./output/terminal.ts";

/** Runs one command line; the exit code is 0, 1 (failed) or 2 (wrong command line). */
export async function runCli(argv: readonly string[]): Promise<number> {
  try {
    await dispatch(argv);
    return 0;
  } catch (error) {
    return report(error);
  }
}

async function dispatch(argv: readonly string[]): Promise<void> {
  const [first, ...rest] = argv;
  if (first === "serve") {
    // The server starts without loading what the other commands need.
    const { serveCommand } = await import("./commands/serve.ts");
    return runOrHelp(serveCommand, { name: first, args: rest });
  }
  const { commands } = await import("./commands.ts");
  if (first === undefined || isHelp(first) || first === "help") {
    print(mainHelp(commands));
    return;
  }
  if (first === "--version" || first === "-v") {
    print(version);
    return;
  }
  const entry = lookUp(commands, { word: first, above: "" });
  if (!("commands" in entry)) return runOrHelp(entry, { name: first, args: rest });
  const [second, ...args] = rest;
  if (second !== undefined && isHelp(second)) {
    print(groupHelp(entry, first));
    return;
  }
  if (second === undefined || (second.startsWith("-") && entry.alone !== undefined)) {
    if (entry.alone !== undefined) return runOrHelp(entry.alone, { name: `${first} list`, args: rest });
    print(groupHelp(entry, first));
    return;
  }
  const command = lookUp(entry.commands, { word: second, above: `${first} ` });
  return runOrHelp(command, { name: `${first} ${second}`, args });
}

function lookUp<T extends CliCommand | CliGroup>(
  known: Readonly<Record<string, T>>,
  { word, above }: { word: string; above: string },
): T {
  const entry = Object.hasOwn(known, word) ? known[word] : undefined;
  if (entry) return entry;
  if (word.startsWith("-")) throw usageError(`unknown option ${word}; see \`penstock ${above}--help\``);
  throw usageError(
    `unknown command \`${above}${word}\`; there are ${Object.keys(known)
      .map((name) => above + name)
      .join(", ")}`,
  );
}

async function runOrHelp(
  command: CliCommand,
  { name, args }: { name: string; args: readonly string[] },
): Promise<void> {
  const end = args.indexOf("--");
  if (args.slice(0, end === -1 ? args.length : end).some(isHelp)) print(commandHelp(command, name));
  else await command.run(args);
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function report(error: unknown): number {
  const [message, details, code] = explain(error);
  note(`${style("error:", { as: "red", on: process.stderr })} ${message}`);
  for (const detail of details) note(`  ${detail}`);
  return code;
}

function explain(error: unknown): readonly [message: string, details: readonly string[], code: 1 | 2] {
  if (error instanceof CliError) return [error.message, error.details, error.exitCode];
  if (error instanceof PenstockError) {
    const problems = error.problems.map(({ path, message }) => `${path}: ${message}`);
    return [error.message, [...(problems.length > 1 ? problems : []), error.next], 1];
  }
  // A defect of ours: the stack helps whoever reports it, and no secret is ever in a message.
  return [
    "something went wrong inside penstock",
    [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    1,
  ];
}
