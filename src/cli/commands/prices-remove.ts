import type { PriceBody } from "../../api/schemas/price-override.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { CliError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { print } from "../output/terminal.ts";

/** Removes one of the organization's own prices. */
export const pricesRemoveCommand = defineCliCommand({
  summary: "Remove a price, so that the catalog's holds again",
  args: {
    price: { type: "positional", required: true, description: "The price's id, or its model as it was set" },
    ...connectionArgs,
  },
  examples: ["penstock prices remove gpt-4o"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const found = (await api.list<PriceBody>("/prices")).filter(
      ({ id, model }) => id === args.price || model === args.price,
    );
    const [only] = found;
    if (only === undefined)
      throw new CliError(`there is no price \`${args.price}\`; see \`penstock prices list\``);
    if (found.length > 1) throw new CliError(`several prices are for \`${args.price}\`; name one by its id`);
    await api.call(`/prices/${only.id}`, { method: "DELETE" });
    print(`${only.model}: removed`);
  },
});
