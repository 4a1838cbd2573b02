import type { ArgsDef } from "citty";
import type { CliCommand, CliGroup } from "./cli-command.ts";
import { style } from "./output/terminal.ts";

const environment: readonly (readonly [string, string])[] = [
  ["PENSTOCK_URL", "server to talk to; else the one that bootstrap.json names"],
  ["PENSTOCK_ADMIN_KEY", "key for everything but chat"],
  ["PENSTOCK_KEY", "key for chat"],
  ["PENSTOCK_DATA", "data folder with bootstrap.json (./data)"],
  ["NO_COLOR", "print without colours"],
];

/** `penstock --help`. */
export function mainHelp(commands: Readonly<Record<string, CliCommand | CliGroup>>): string {
  const rows = Object.entries(commands).flatMap(([name, entry]) =>
    "commands" in entry ? rowsOf(entry, name) : [[name, entry.summary] as const],
  );
  return [
    "Penstock: one gateway for every model provider of an organization.",
    ...section("Usage", ["penstock <command> [options]"]),
    ...section("Commands", table(rows)),
    ...section(
      "Options",
      table([
        ["--help, -h", "this text, or a command's own"],
        ["--version, -v", "the version"],
      ]),
    ),
    ...section("Environment", table(environment)),
    ...section("Examples", [
      "penstock serve",
      "penstock providers add anthropic-prod --driver anthropic --credential api_key=env:ANTHROPIC_API_KEY",
      'penstock chat "Hello" --model playground-llm',
      "penstock providers add --help",
    ]),
    ...section("Exit codes", ["0 done, 1 failed, 2 wrong command line"]),
  ].join("\n");
}

/** `penstock providers --help`. */
export function groupHelp(group: CliGroup, name: string): string {
  return [
    group.summary,
    ...section("Usage", [
      `penstock ${name} ${group.alone === undefined ? "<command>" : "[command]"} [options]`,
    ]),
    ...section("Commands", table(rowsOf(group, name))),
  ].join("\n");
}

/** `penstock providers add --help`. */
export function commandHelp(command: CliCommand, name: string): string {
  const positionals = Object.entries(command.args).filter(([, def]) => def.type === "positional");
  const places = positionals.map(([place, def]) => (def.required === false ? `[${place}]` : `<${place}>`));
  const options = [...optionRows(command.args), ["--help, -h", "This text"] as const];
  return [
    command.summary,
    ...section("Usage", [["penstock", name, ...places, "[options]"].join(" ")]),
    ...(positionals.length > 0
      ? section("Arguments", table(positionals.map(([place, def]) => [place, def.description ?? ""])))
      : []),
    ...section("Options", table(options)),
    ...section("Examples", command.examples),
  ].join("\n");
}

function optionRows(args: ArgsDef): (readonly [string, string])[] {
  return Object.entries(args).flatMap(([name, def]) => {
    if (def.type === "positional") return [];
    const alias = "alias" in def && typeof def.alias === "string" ? `, -${def.alias}` : "";
    const value = def.type === "boolean" ? "" : ` ${def.valueHint ?? name.toUpperCase()}`;
    const required = def.required ? " (required)" : "";
    if (def.type === "boolean" && def.default === true) {
      return [[`--no-${name}`, def.negativeDescription ?? ""] as const];
    }
    return [[`--${name}${alias}${value}`, (def.description ?? "") + required] as const];
  });
}

function rowsOf({ commands }: CliGroup, group: string): (readonly [string, string])[] {
  return Object.entries(commands).map(([name, { summary }]) => [`${group} ${name}`, summary]);
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", style(title, { as: "bold" }), ...lines.map((line) => `  ${line}`)];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}
