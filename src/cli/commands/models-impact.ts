import type { ModelImpactBody } from "../../api/schemas/binding.ts";
import type { ModelBody } from "../../api/schemas/model.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findModel } from "../find-by-name.ts";
import { describeUse } from "../output/bindings.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Shows what hangs on a model, and where else the same model is. */
export const modelsImpactCommand = defineCliCommand({
  summary: "Show what disabling, removing or replacing a model would do",
  args: {
    name: { type: "positional", required: true, description: "provider/model or an id" },
    to: { type: "string", description: "The model that would take its place" },
    ...connectionArgs,
  },
  examples: [
    "penstock models impact openai/gpt-4o",
    "penstock models impact openai/gpt-4o --to azure/gpt-4o",
  ],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const known = await api.list<ModelBody>("/models");
    const { id, name } = await findModel(known, args.name);
    const to = args.to === undefined ? undefined : (await findModel(known, args.to)).id;
    const impact = await api.call<ModelImpactBody>(`/models/${id}/impact`, { query: { to } });
    if (args.json) printJson(impact);
    else print(describe(name, impact));
  },
});

function describe(name: string, { siblings, comparison, ...use }: ModelImpactBody): string {
  const lines = [...describeUse(name, use)];
  if (siblings.length > 0) {
    lines.push("", `The same model elsewhere: ${siblings.map((each) => each.name).join(", ")}`);
  }
  if (comparison !== null) {
    const { lost, gained } = comparison;
    const { context_tokens: context, input_price: input, output_price: output } = comparison;
    const changes = [
      ["context, tokens", context],
      ["input, USD per million", input],
      ["output, USD per million", output],
    ] as const;
    const amount = (value: number | null) => (value === null ? "?" : String(value));
    const columns = [
      { title: "", value: ([what]: (typeof changes)[number]) => what },
      { title: "NOW", value: ([, { from }]: (typeof changes)[number]) => amount(from) },
      { title: "THEN", value: ([, { to }]: (typeof changes)[number]) => amount(to) },
    ];
    lines.push("", formatTable(changes, columns));
    if (lost.length > 0) lines.push(`Lost: ${lost.join(", ")}`);
    if (gained.length > 0) lines.push(`Gained: ${gained.join(", ")}`);
  }
  return lines.join("\n");
}
