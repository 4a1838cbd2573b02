import type { SpendBody, UsageBody } from "../../api/schemas/usage.ts";
import { formatTime } from "./format.ts";
import type { Column } from "./table.ts";

type Group = UsageBody | SpendBody;

const columns: readonly (Column<Group> & { readonly field: keyof Group })[] = [
  { field: "start", title: "FROM", value: ({ start }) => formatTime(start ?? null) },
  {
    field: "provider",
    title: "PROVIDER",
    value: ({ provider, provider_id }) => provider ?? provider_id ?? "",
  },
  { field: "model", title: "MODEL", value: ({ model }) => model ?? "" },
  { field: "key", title: "KEY", value: ({ key, key_id }) => key ?? key_id ?? "" },
  { field: "surface", title: "SURFACE", value: ({ surface }) => surface ?? "" },
  { field: "route", title: "ROUTE", value: ({ route }) => route ?? "" },
  { field: "agent", title: "AGENT", value: ({ agent }) => agent ?? "" },
  { field: "agent_role", title: "ROLE", value: ({ agent_role }) => agent_role ?? "" },
  { field: "outcome", title: "OUTCOME", value: ({ outcome }) => outcome ?? "" },
];

/** The columns for what groups were asked for by. */
export function dimensionColumns(groups: readonly Group[]): readonly Column<Group>[] {
  const [first] = groups;
  return first === undefined ? [] : columns.filter(({ field }) => field in first);
}
