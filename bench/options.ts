import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";
import { type TargetName, targetNames } from "./targets/target.ts";

/** What the command line asked for. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly targets: readonly TargetName[];
  /** Only cases whose id contains this. */
  readonly only: string | undefined;
  /** Profile this one case instead of measuring. */
  readonly profile: string | undefined;
  /** Where the report goes. */
  readonly out: string | undefined;
  readonly help: boolean;
}

/** Shown for `--help`. */
export const usage = `npm run bench -- [options]

  --quick            two to three minutes instead of ten to twelve
  --only TEXT        only cases whose id contains TEXT, e.g. chat-chat/small
  --targets LIST     some of nginx,minimal,portkey,penstock (default: all; portkey is installed from npm
                     under bench/peers when it is first measured)
  --profile CASE     no measurement: run CASE under Bun's CPU profiler and print where the time goes;
                     CASE is lane/size/kind, e.g. chat-chat/small/json, messages-chat/small/stream.
                     Profiles Penstock, or the minimal proxy with --targets minimal
  --out FILE         where the report goes (default bench/report.json; a page with charts beside it)
`;

/** Reads the command line. Throws `BenchError` that says what to change. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parse(argv);
  if (positionals.length > 0) throw new BenchError(`Unknown argument: ${positionals.join(" ")}`, usage);
  return {
    quick: values.quick ?? false,
    targets: parseTargets(values.targets),
    only: values.only,
    profile: values.profile,
    out: values.out,
    help: values.help ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        quick: { type: "boolean" },
        only: { type: "string" },
        targets: { type: "string" },
        profile: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error), usage);
  }
}

function parseTargets(text: string | undefined): readonly TargetName[] {
  if (text === undefined) return targetNames;
  const names = text.split(",");
  const known = targetNames.filter((name) => names.includes(name));
  const unknown = names.filter((name) => !known.some((one) => one === name));
  if (unknown.length === 0) return known;
  throw new BenchError(`Unknown target: ${unknown.join(", ")}`, `Use some of ${targetNames.join(", ")}.`);
}
