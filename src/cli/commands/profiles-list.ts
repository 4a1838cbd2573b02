import type { ProfileBody } from "../../api/schemas/profile.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatTable } from "../output/table.ts";
import { print, printJson } from "../output/terminal.ts";

/** Lists models of the catalog, whoever serves them. */
export const profilesListCommand = defineCliCommand({
  summary: "List models of the catalog and whose vendors serve them",
  args: {
    query: { type: "positional", required: false, description: "Part of the key, e.g. sonnet" },
    driver: { type: "string", description: "Only what this driver's vendor offers" },
    ...connectionArgs,
  },
  examples: ["penstock profiles sonnet", "penstock profiles list --driver bedrock"],
  async run({ args }) {
    const api = new ApiClient(await connectAdmin(args));
    const search = new URLSearchParams();
    if (args.query !== undefined) search.set("query", args.query);
    if (args.driver !== undefined) search.set("driver", args.driver);
    const profiles = await api.list<ProfileBody>(search.size === 0 ? "/profiles" : `/profiles?${search}`);
    if (args.json) return printJson(profiles);
    if (profiles.length === 0) return print("The catalog knows no such model.");
    const longest = (offers: ProfileBody["offers"]) =>
      Math.max(0, ...offers.map(({ context_tokens: tokens }) => tokens ?? 0));
    print(
      formatTable(profiles, [
        { title: "MODEL", value: ({ key }) => key },
        { title: "CONTEXT", value: ({ offers }) => String(longest(offers) || "") },
        {
          title: "DRIVERS",
          value: ({ offers }) => [...new Set(offers.map(({ driver }) => driver))].join(", "),
        },
      ]),
    );
  },
});
