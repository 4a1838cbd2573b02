import type { RouteBody } from "../../api/schemas/route.ts";
import { formatTime } from "./format.ts";
import { formatTable } from "./table.ts";

/** A route and its targets. */
export function formatRoute(route: RouteBody): string {
  const rows: readonly (readonly [string, string])[] = [
    ["Name", route.name],
    ["Id", route.id],
    ["Strategy", strategyOf(route)],
    ["Retries", route.retries === null ? "" : String(route.retries)],
    ["Hedge after", route.hedge_after_ms === null ? "" : `${route.hedge_after_ms} ms`],
    ["Origin", route.origin],
    ["Changed", formatTime(route.updated_at)],
  ];
  const facts = rows
    .filter(([, value]) => value !== "")
    .map(([title, value]) => `${title.padEnd(13)}${value}`);
  const targets = formatTable(route.targets, [
    { title: "TARGET", value: (target) => target.model ?? target.model_id },
    { title: "STATE", value: ({ state }) => state },
    { title: "WEIGHT", value: ({ weight }) => String(weight) },
    {
      title: "PARAMETERS",
      value: ({ parameters }) => (parameters === null ? "" : JSON.stringify(parameters)),
    },
    { title: "TIMEOUTS", value: timeoutsOf },
  ]);
  return `${facts.join("\n")}\n\n${targets}`;
}

/** `sticky by key` */
export function strategyOf({ strategy, sticky_by }: Pick<RouteBody, "strategy" | "sticky_by">): string {
  return sticky_by === null ? strategy : `${strategy} by ${sticky_by}`;
}

function timeoutsOf({ timeouts }: RouteBody["targets"][number]): string {
  const { first_byte_seconds: first, idle_seconds: idle } = timeouts;
  return [
    ...(first === null ? [] : [`first byte ${first} s`]),
    ...(idle === null ? [] : [`idle ${idle} s`]),
  ].join(", ");
}
