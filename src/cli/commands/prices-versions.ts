import type { PriceBody, PriceVersionBody } from "../../api/schemas/price-override.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists what a price was. */
export const pricesVersionsCommand = defineCliCommand({
  summary: "All versions of a price, also of one that was removed",
  args: {
    price: { type: "positional", required: true, description: "The price's id, or its model as it was set" },
    ...connectionArgs,
  },
  examples: ["penstock prices versions gpt-4o"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const named = (await api.list<PriceBody>("/prices")).find(({ model }) => model === args.price);
    const { data } = await api.call<{ readonly data: readonly PriceVersionBody[] }>(
      `/prices/${named?.id ?? args.price}/versions`,
    );
    if (args.json) {
      printJson(data);
      return;
    }
    print(
      formatTable(data, [
        { title: "VERSION", value: ({ id }) => id },
        { title: "FROM", value: ({ effective_from }) => effective_from },
        { title: "INPUT", value: ({ tiers }) => String(tiers[0]?.input ?? "") },
        { title: "OUTPUT", value: ({ tiers }) => String(tiers[0]?.output ?? "") },
        { title: "TIERS", value: ({ tiers }) => String(tiers.length) },
        { title: "BY", value: ({ created_by }) => created_by },
      ]),
    );
  },
});
