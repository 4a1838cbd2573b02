import type { PriceBody } from "../../api/schemas/price-override.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists the organization's own prices. */
export const pricesListCommand = defineCliCommand({
  summary: "The organization's own prices, in USD per million tokens",
  args: connectionArgs,
  examples: ["penstock prices list", "penstock prices --json"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const prices = await api.list<PriceBody>("/prices");
    if (args.json) {
      printJson(prices);
      return;
    }
    print(
      formatTable(prices, [
        { title: "MODEL", value: ({ model }) => model },
        { title: "PROVIDER", value: (price) => price.provider ?? price.provider_id ?? "every" },
        { title: "INPUT", value: ({ current }) => String(current?.tiers[0]?.input ?? "") },
        { title: "OUTPUT", value: ({ current }) => String(current?.tiers[0]?.output ?? "") },
        {
          title: "VERSION",
          value: ({ current, versions }) => `${current?.version ?? "none"} of ${versions}`,
        },
        { title: "SINCE", value: ({ current }) => current?.effective_from.slice(0, 10) ?? "" },
        { title: "ID", value: ({ id }) => id },
      ]),
    );
  },
});
