import type { ModelImpactBody } from "../../api/schemas/binding.ts";
import { formatCount } from "./format.ts";
import { formatTable } from "./table.ts";

type Affected = ModelImpactBody["bindings"][number];

/** What was called lately of a thing, and what names it. */
export function describeUse(
  name: string,
  { bindings, recent_use: use }: Pick<ModelImpactBody, "bindings" | "recent_use">,
): readonly string[] {
  const lately = `${name}: ${formatCount(use.requests, "request")} by ${formatCount(use.keys, "key")} in the last 24 hours.`;
  if (bindings.length === 0) return [lately, "Nothing names it."];
  const columns = [
    { title: "PLACE", value: ({ kind }: Affected) => kind.replaceAll("_", " ") },
    { title: "OF", value: (each: Affected) => each.name },
    { title: "NAMES", value: ({ model }: Affected) => model },
    { title: "THEN SERVED BY", value: (each: Affected) => each.moves_to ?? "nothing: it fails" },
  ];
  return [lately, "", formatTable(bindings, columns)];
}
