import { parseArgs } from "node:util";
import { isProtocolId } from "./model/ids.ts";

/** What the command line asked for. */
export interface ConformanceOptions {
  readonly help: boolean;
  readonly list: boolean;
  /** Only these cases. */
  readonly cases: readonly string[];
  readonly surfaces: readonly string[];
  readonly wires: readonly string[];
  /** Where the results go as JSON. */
  readonly json: string | undefined;
  readonly writeDocs: boolean;
  /** Another gateway; undefined: Penstock, started here. */
  readonly gateway: GatewayOptions | undefined;
}

/** Where another gateway is, and what it was configured to. */
export interface GatewayOptions {
  readonly url: string;
  readonly key: string;
  readonly models: ReadonlyMap<string, string>;
  readonly ports: ReadonlyMap<string, number>;
  readonly hostname: string | undefined;
  readonly lossHeader: string;
}

/** The command line is wrong; the message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Shown for `--help`. */
export const usage = `npm run conformance -- [options]

  --case C010[,P001]      only these cases
  --surface ID[,ID]       only these surfaces, e.g. openai-chat
  --wire ID[,ID]          only these wires, e.g. anthropic-messages
  --list                  print the cases and run nothing
  --json FILE             write the results
  --write-docs            write docs/compatibility.md (a whole run on Penstock)

Another gateway in place of Penstock; testkit/conformance/README.md says how to configure it:

  --url URL               where it listens, without a path
  --key KEY               a key it accepts
  --model-for LIST        its model for each wire, e.g. openai-chat=gpt,anthropic-messages=claude;
                          other upstreams of a wire by name: openai-chat.vendor=gpt-5
  --mock-port WIRE=PORT   where the mock vendor of a wire listens, also WIRE.MOCK=PORT; may be repeated
  --mock-port-openai PORT, --mock-port-anthropic PORT
                          the same for the wires openai-chat and anthropic-messages
  --mock-host ADDRESS     the address mocks listen on (default 127.0.0.1)
  --loss-header NAME      the header in which it names what it could not carry (default x-penstock-loss)
`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/** Reads the command line. Throws `UsageError`. */
export function parseOptions(argv: readonly string[]): ConformanceOptions {
  const { values, positionals } = parse(argv);
  if (positionals.length > 0) throw new UsageError(`Unknown argument: ${positionals.join(" ")}`);
  const only = [values.case, values.surface, values.wire].some((value) => value !== undefined);
  if (values["write-docs"] === true && (only || values.url !== undefined)) {
    throw new UsageError(
      "--write-docs wants a whole run on Penstock: leave out --case, --surface, --wire and --url.",
    );
  }
  return {
    help: values.help ?? false,
    list: values.list ?? false,
    cases: listOf(values.case),
    surfaces: protocols(values.surface),
    wires: protocols(values.wire),
    json: values.json,
    writeDocs: values["write-docs"] ?? false,
    gateway: gatewayOf(values),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: flag,
        list: flag,
        case: text,
        surface: text,
        wire: text,
        json: text,
        "write-docs": flag,
        url: text,
        key: text,
        "model-for": text,
        "mock-port": { ...text, multiple: true },
        "mock-port-openai": text,
        "mock-port-anthropic": text,
        "mock-host": text,
        "loss-header": text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Values = ReturnType<typeof parse>["values"];

function gatewayOf(values: Values): GatewayOptions | undefined {
  const models = pairs("--model-for", listOf(values["model-for"]));
  const ports = [
    ...(values["mock-port"] ?? []),
    ...(values["mock-port-openai"] === undefined ? [] : [`openai-chat=${values["mock-port-openai"]}`]),
    ...(values["mock-port-anthropic"] === undefined
      ? []
      : [`anthropic-messages=${values["mock-port-anthropic"]}`]),
  ];
  if (values.url === undefined) {
    if (models.size + ports.length > 0) throw new UsageError("--model-for and --mock-port belong to --url.");
    return undefined;
  }
  if (!URL.canParse(values.url)) throw new UsageError(`--url wants a URL, not ${values.url}.`);
  if (models.size === 0) throw new UsageError("--url wants --model-for: which model reaches which mock.");
  return {
    url: values.url,
    key: values.key ?? "none",
    models,
    ports: new Map([...pairs("--mock-port", ports)].map(([wire, port]) => [wire, portOf(port)])),
    hostname: values["mock-host"],
    lossHeader: values["loss-header"] ?? "x-penstock-loss",
  };
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(",").filter((word) => word !== "");
}

function protocols(value: string | undefined): readonly string[] {
  const words = listOf(value);
  const unknown = words.find((word) => !isProtocolId(word));
  if (unknown !== undefined) throw new UsageError(`Unknown protocol: ${unknown}.`);
  return words;
}

/** `wire=value` or `wire.name=value`. */
function pairs(option: string, words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const at = word.indexOf("=");
      const wire = word.slice(0, at);
      if (at === -1 || !isProtocolId(wire.split(".")[0] ?? "")) {
        throw new UsageError(`${option} wants WIRE=VALUE, not ${word}.`);
      }
      return [wire, word.slice(at + 1)];
    }),
  );
}

function portOf(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${value} is not a port.`);
}
