import type { ExplanationBody } from "../../api/schemas/explanation.ts";
import { formatTable } from "./table.ts";

type Candidate = ExplanationBody["candidates"][number];

/** Where a call would go: the candidates in order, what is said of each, and what nobody here knows. */
export function formatExplanation(explanation: ExplanationBody): string {
  const { model, candidates, near, unknown } = explanation;
  const lines = [headOf(explanation)];
  if (candidates.length === 0 && explanation.route === null) lines.push(`Nothing in use is called ${model}.`);
  if (near.length > 0) lines.push(`Much like it: ${near.join(", ")}`);
  if (candidates.length > 0) {
    const table = formatTable(candidates, [
      { title: "", value: ({ position }) => (position === null ? "✗" : String(position)) },
      { title: "TARGET", value: nameOf },
      { title: "AT MOST, USD", value: ({ price }) => (price?.max_usd == null ? "" : usd(price.max_usd)) },
      { title: "WHY", value: ({ reasons }) => reasons.map(({ message }) => message).join("; ") },
    ]);
    lines.push("", table);
  }
  const levels = candidates[0]?.headroom ?? [];
  if (levels.length > 0) {
    const columns = [
      { title: "LIMIT OF", value: ({ subject }: (typeof levels)[number]) => subject },
      { title: "", value: ({ measure }: (typeof levels)[number]) => measure },
      { title: "LIMIT", value: ({ limit }: (typeof levels)[number]) => String(limit) },
      { title: "LEFT", value: ({ remaining }: (typeof levels)[number]) => String(remaining) },
      {
        title: "NEEDED",
        value: ({ needed }: (typeof levels)[number]) => (needed === null ? "no price" : String(needed)),
      },
    ];
    lines.push(
      "",
      `Limits of ${candidates[0] === undefined ? "" : nameOf(candidates[0])}:`,
      formatTable(levels, columns),
    );
  }
  if (unknown.length > 0) lines.push("", ...unknown.map((each) => `Not known: ${each}`));
  return lines.join("\n");
}

function headOf({ model, rule, route }: ExplanationBody): string {
  if (route !== null) {
    const sticky = route.sticky_id === null ? "" : `, kept together by \`${route.sticky_id}\``;
    return `${model} is the route ${route.name} (${route.strategy}${sticky}).`;
  }
  if (rule === "provider_model") return `${model} is one model of one provider.`;
  return rule === "model_id" ? `${model} is a model's id.` : `${model} leads nowhere.`;
}

function nameOf({ provider, model, model_id }: Candidate): string {
  return model === null ? model_id : `${provider}/${model}`;
}

function usd(amount: number): string {
  return amount === 0 ? "0" : amount.toPrecision(3);
}
