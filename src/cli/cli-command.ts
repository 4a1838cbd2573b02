import { type ArgsDef, type CommandDef, runCommand } from "citty";
import { checkArguments } from "./input/check-arguments.ts";

/** A command with its types worked out, ready to be listed, explained and run. */
export interface CliCommand {
  readonly summary: string;
  readonly args: ArgsDef;
  /** Full command lines that work as they stand, apart from names and files. */
  readonly examples: readonly string[];
  /** Throws `CliError`. */
  run(rawArgs: readonly string[]): Promise<void>;
}

/** Commands under one word, e.g. `providers`. */
export interface CliGroup {
  readonly summary: string;
  readonly commands: Readonly<Record<string, CliCommand>>;
  /** Run when the word stands alone, e.g. `penstock models`; else the help is shown. */
  readonly alone?: CliCommand;
}

interface CommandOptions<T extends ArgsDef> {
  readonly summary: string;
  readonly args: T;
  readonly examples: readonly string[];
  /** Options that may be given more than once; read them with `repeated`. */
  readonly repeatable?: readonly string[];
  /** More positional arguments may follow; they are in `args._`. */
  readonly variadic?: boolean;
  readonly run: NonNullable<CommandDef<T>["run"]>;
}

/** Declares a command. Options that it does not declare are refused before it runs. */
export function defineCliCommand<const T extends ArgsDef>(options: CommandOptions<T>): CliCommand {
  const { summary, args, examples, repeatable = [], variadic = false, run } = options;
  return {
    summary,
    args,
    examples,
    async run(rawArgs) {
      checkArguments(rawArgs, { args, repeatable, variadic });
      await runCommand({ args, run }, { rawArgs: [...rawArgs] });
    },
  };
}
