import { readFile } from "node:fs/promises";
import { usageError } from "../cli-error.ts";
import { readStdin } from "./read-stdin.ts";

/** What a route is made and changed by. */
export const routeArgs = {
  strategy: {
    type: "string",
    valueHint: "STRATEGY",
    description: "single, ordered, weighted, least-latency, least-busy, cheapest, sticky or hedged",
  },
  target: {
    type: "string",
    valueHint: "MODEL[=WEIGHT]",
    description: "provider/model, with its weight if it is not 1; repeatable, in order",
  },
  "sticky-by": {
    type: "string",
    valueHint: "WHAT",
    description: "session, key or header; for sticky routes",
  },
  retries: { type: "string", valueHint: "N", description: "Further tries of one target, 0 to 10" },
  "hedge-after": { type: "string", valueHint: "MS", description: "Milliseconds, for hedged routes" },
  body: {
    type: "string",
    valueHint: "FILE",
    description: "The API's JSON body, for parameters and timeouts; - is standard input",
  },
} as const;

type RouteFlags = { readonly [Name in keyof typeof routeArgs]?: string | undefined };

/** The fields of the API's body that were given; options win over the file's. */
export async function routeBody(
  args: RouteFlags,
  targets: readonly string[],
): Promise<Record<string, unknown>> {
  const [retries, hedgeAfter] = [
    count("--retries", args.retries),
    count("--hedge-after", args["hedge-after"]),
  ];
  return {
    ...(args.body !== undefined && (await readJsonFile("--body", args.body))),
    ...(args.strategy !== undefined && { strategy: args.strategy }),
    ...(args["sticky-by"] !== undefined && { sticky_by: args["sticky-by"] }),
    ...(retries !== undefined && { retries }),
    ...(hedgeAfter !== undefined && { hedge_after_ms: hedgeAfter }),
    ...(targets.length > 0 && { targets: targets.map(parseTarget) }),
  };
}

/** One JSON object from a file, or from standard input. */
export async function readJsonFile(option: string, path: string): Promise<Record<string, unknown>> {
  const text = await (path === "-" ? readStdin() : readFile(path, "utf8")).catch(() => {
    throw usageError(`${option}: cannot read ${path}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw usageError(`${option}: ${path === "-" ? "standard input" : path} is not JSON`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw usageError(`${option} must hold one JSON object`);
  return { ...parsed };
}

/** The weight stands after the last `=`; a model's id may hold others. */
function parseTarget(text: string): { readonly model: string; readonly weight?: number } {
  const match = /^(.+)=(\d+(?:\.\d+)?)$/.exec(text);
  if (match?.[1] === undefined) return { model: text };
  return { model: match[1], weight: Number(match[2]) };
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw usageError(`${option} must be a whole number`);
  return Number(text);
}
