import { type RouteStrategy, routeStrategies, stickyBy } from "../../../plane/route-config.ts";
import type { ConfigRoute, ConfigRouteTarget } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import { parseName } from "./parse-values.ts";

const routeKeys = ["name", "strategy", "sticky_by", "retries", "hedge_after_ms", "targets"] as const;
const targetKeys = ["model", "weight", "parameters", "timeouts"] as const;

/** One entry of `routes`; undefined when it cannot be read (its problems are on the reader). */
export function parseRoute(reader: ConfigReader, value: Value): ConfigRoute | undefined {
  if (value.node === undefined)
    return reader.problem(value, "a route needs `name`, `strategy` and `targets`");
  const read = reader.object(value, routeKeys);
  if (!read) return undefined;
  const name = parseName(reader, value, read("name"));
  const strategy = parseStrategy(reader, value, read("strategy"));
  const sticky = oneOf(reader, read("sticky_by"), stickyBy);
  const rest = {
    stickyBy: sticky ?? (strategy === "sticky" ? ("session" as const) : undefined),
    retries: reader.integer(read("retries"), { min: 0, max: 10 }),
    hedgeAfterMs: reader.integer(read("hedge_after_ms"), { min: 1, max: 600_000 }),
    targets: reader.list(read("targets")).flatMap((target) => parseTarget(reader, target) ?? []),
  };
  if (read("targets").node === undefined) reader.problem(value, "`targets` is missing");
  if (name === undefined || strategy === undefined) return undefined;
  return { pointer: value.pointer, name, strategy, ...rest };
}

function parseStrategy(reader: ConfigReader, holder: Value, value: Value): RouteStrategy | undefined {
  if (value.node === undefined) return reader.problem(holder, "`strategy` is missing");
  return oneOf(reader, value, routeStrategies);
}

/** `provider/model`, or a map with more to say. */
function parseTarget(reader: ConfigReader, value: Value): ConfigRouteTarget | undefined {
  if (typeof value.node !== "object" || value.node === null)
    return reader.problem(value, "must be `provider/model`, or a map with `model`");
  if ("value" in value.node) {
    const model = parseModel(reader, value);
    return model === undefined ? undefined : { model, weight: 1, parameters: undefined, timeouts: {} };
  }
  const read = reader.object(value, targetKeys);
  if (!read) return undefined;
  const model =
    read("model").node === undefined
      ? reader.problem(value, "`model` is missing")
      : parseModel(reader, read("model"));
  const parameters = reader.json(read("parameters"));
  const rest = {
    weight: reader.number(read("weight"), { min: 0, max: 1_000_000 }) ?? 1,
    parameters: parameters === undefined || Object.keys(parameters).length === 0 ? undefined : parameters,
    timeouts: parseTimeouts(reader, read("timeouts"), ["first_byte_seconds", "idle_seconds"]),
  };
  return model === undefined ? undefined : { model, ...rest };
}

function parseModel(reader: ConfigReader, value: Value): string | undefined {
  const model = reader.string(value);
  if (model === undefined) return undefined;
  return model.includes("/") ? model : reader.problem(value, "a target is named `provider/model`");
}

function oneOf<T extends string>(reader: ConfigReader, value: Value, known: readonly T[]): T | undefined {
  const text = reader.string(value);
  if (text === undefined) return undefined;
  return (
    known.find((each) => each === text) ??
    reader.problem(value, `must be one of ${known.map((each) => `\`${each}\``).join(", ")}`)
  );
}
