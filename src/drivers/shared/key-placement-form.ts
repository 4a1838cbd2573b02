import { bearer, type KeyPlacement } from "../auth/api-key.ts";
import type { DriverContext, FormField } from "../driver.ts";
import { textOption } from "./options.ts";

/** Options that say where an endpoint wants its key. */
export const keyPlacementForm: readonly FormField[] = [
  {
    name: "auth_header",
    label: "Header of the key",
    type: "text",
    required: false,
    default: "Authorization",
  },
  {
    name: "auth_prefix",
    label: "Text before the key",
    type: "text",
    required: false,
    help: "`Bearer ` in `Authorization`, nothing in another header, unless set here.",
  },
  {
    name: "auth_query",
    label: "Query parameter of the key",
    type: "text",
    required: false,
    help: "When set, the key is sent in this parameter of the URL and in no header.",
  },
];

/**
 * `Authorization: Bearer …` unless the options say otherwise. A prefix is kept as typed, with its space; in a header of
 * another name the key stands alone unless a prefix is set.
 */
export function keyPlacementOf(context: DriverContext): KeyPlacement {
  const query = textOption(context, "auth_query", "");
  if (query !== "") return { in: "query", name: query };
  const name = textOption(context, "auth_header", "") || "authorization";
  const known = name.toLowerCase() === "authorization" ? bearer.prefix : "";
  return { in: "header", name, prefix: textOption(context, "auth_prefix", known) };
}
