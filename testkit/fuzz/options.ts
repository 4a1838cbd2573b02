import { parseArgs } from "node:util";

/** What the command line asked for. */
export interface FuzzCommand {
  readonly help: boolean;
  /** The first seed; every round takes the next. */
  readonly seed: number;
  readonly seconds: number;
  /** Examples of each property a round. */
  readonly runs: number;
  /** Only properties whose names hold this. */
  readonly only: string;
}

/** The command line is wrong; the message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Shown for `--help`. */
export const usage = `npm run fuzz -- [options]

  --seed NUMBER      where to begin (default: by chance, and printed)
  --seconds NUMBER   how long (default 60)
  --runs NUMBER      examples of each property a round (default 100)
  --only TEXT        only properties whose names hold this, e.g. "gemini on ollama"
`;

const text = { type: "string" } as const;

/** Reads the command line; `chance` is the seed when none is given. Throws `UsageError`. */
export function readCommand(argv: readonly string[], chance: number): FuzzCommand {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { help: { type: "boolean", short: "h" }, seed: text, seconds: text, runs: text, only: text },
    });
    return {
      help: values.help ?? false,
      seed: numberOf("seed", values.seed) ?? chance,
      seconds: numberOf("seconds", values.seconds) ?? 60,
      runs: numberOf("runs", values.runs) ?? 100,
      only: values.only ?? "",
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

function numberOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0 && value.trim() !== "") return number;
  throw new UsageError(`--${name} wants a whole number, not \`${value}\``);
}
