import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { usageError } from "../cli-error.ts";

interface Accepted {
  readonly args: ArgsDef;
  readonly repeatable: readonly string[];
  readonly variadic: boolean;
}

/** Throws a usage error for what citty lets pass: unknown options, missing values, repetitions, too many arguments. */
export function checkArguments(rawArgs: readonly string[], accepted: Accepted): void {
  const seen = new Set<string>();
  let positionals = 0;
  for (const token of tokensOf(rawArgs, accepted.args)) {
    if (token.kind === "positional") positionals++;
    if (token.kind !== "option") continue;
    checkOption(token, accepted);
    if (seen.has(token.name) && !accepted.repeatable.includes(token.name)) {
      throw usageError(`${token.rawName} is given twice; give it once`);
    }
    seen.add(token.name);
  }
  const places = Object.entries(accepted.args).filter(([, def]) => def.type === "positional");
  const missing = places
    .slice(positionals)
    .find(([, def]) => def.required !== false && def.default === undefined);
  if (missing) throw usageError(`<${missing[0]}> is missing`);
  if (positionals > places.length && !accepted.variadic) {
    throw usageError(
      `too many arguments: expected ${places.length}, got ${positionals}; quote texts with spaces`,
    );
  }
  for (const [name, def] of Object.entries(accepted.args)) {
    if (def.type !== "positional" && def.required && !seen.has(name))
      throw usageError(`--${name} is missing`);
  }
}

/** Every value of an option that may be repeated, in order. */
export function repeated(
  rawArgs: readonly string[],
  { name, args }: { name: string; args: ArgsDef },
): string[] {
  return tokensOf(rawArgs, args).flatMap((token) =>
    token.kind === "option" && token.name === name && token.value !== undefined ? [token.value] : [],
  );
}

function checkOption(
  token: { name: string; rawName: string; value?: string | undefined },
  { args }: Accepted,
): void {
  const negated = token.rawName.startsWith("--no-") ? args[token.name.slice(3)] : undefined;
  if (negated?.type === "boolean" && negated.default === true) return;
  const def = args[token.name];
  if (!def || def.type === "positional") {
    throw usageError(`unknown option ${token.rawName}; see --help`);
  }
  if (def.type === "boolean") {
    if (token.value !== undefined) throw usageError(`${token.rawName} takes no value`);
    return;
  }
  // A lone `-` is a value: it means standard input.
  if (token.value === undefined || token.value === "" || /^-./.test(token.value)) {
    throw usageError(`${token.rawName} needs a value`);
  }
  if (def.type === "enum" && def.options && !def.options.includes(token.value)) {
    throw usageError(`${token.rawName} must be one of ${def.options.join(", ")}`);
  }
}

function tokensOf(rawArgs: readonly string[], args: ArgsDef) {
  const options: Record<string, { type: "boolean" | "string"; short?: string; multiple: boolean }> = {};
  for (const [name, def] of Object.entries(args)) {
    if (def.type === "positional") continue;
    const alias = "alias" in def && typeof def.alias === "string" ? def.alias : undefined;
    const type = def.type === "boolean" ? "boolean" : "string";
    options[name] = { type, multiple: true, ...(alias?.length === 1 && { short: alias }) };
  }
  return parseArgs({ args: [...rawArgs], options, strict: false, allowPositionals: true, tokens: true })
    .tokens;
}
