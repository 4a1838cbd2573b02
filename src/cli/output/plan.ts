import type { ConfigStepBody } from "../../api/schemas/config.ts";
import { harmless, style } from "./terminal.ts";

const marks = { create: "+", update: "~", delete: "-", unchanged: "=" } as const;
const colours = { create: "green", update: "yellow", delete: "red", unchanged: "dim" } as const;

/** A plan as text: what is created, changed and deleted, field by field, and how much stays as it is. */
export function formatPlan(steps: readonly ConfigStepBody[]): string {
  const count = (action: ConfigStepBody["action"]) => steps.filter((step) => step.action === action).length;
  const lines = steps.filter(({ action }) => action !== "unchanged").flatMap(formatStep);
  const sum =
    `${count("create")} to create, ${count("update")} to change, ` +
    `${count("delete")} to delete, ${count("unchanged")} unchanged`;
  return [...lines, ...(lines.length > 0 ? [""] : []), sum].join("\n");
}

function formatStep({ action, kind, org, name, changes }: ConfigStepBody): string[] {
  const title = kind === "org" ? `org ${name}` : `${kind} ${name}`;
  const head = style(`${marks[action]} ${title}`, { as: colours[action] });
  const where = kind === "org" ? "" : style(`  (org ${org})`, { as: "dim" });
  const fields = changes.map(({ field, before, after }) => {
    const secret = before === "[secret]" && after === "[secret]";
    const to = secret ? "[secret], changed" : show(after);
    return harmless(`    ${field}: ${action === "create" || secret ? to : `${show(before)} -> ${to}`}`);
  });
  return [head + where, ...fields];
}

function show(value: ConfigStepBody["changes"][number]["after"]): string {
  if (value === null) return "(none)";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
