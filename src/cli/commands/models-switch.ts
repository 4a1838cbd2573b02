import type { ModelBody } from "../../api/schemas/model.ts";
import { ApiClient } from "../api-client.ts";
import { type CliCommand, defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findModel } from "../find-by-name.ts";
import { releaseArgs, releaseQuery } from "../input/release-args.ts";
import { print, printJson } from "../output/terminal.ts";

/** Makes models callable. */
export const modelsEnableCommand = switchCommand({ verb: "enable", enabled: true });
/** Takes models out of service without forgetting them. */
export const modelsDisableCommand = switchCommand({ verb: "disable", enabled: false });

function switchCommand({ verb, enabled }: { verb: string; enabled: boolean }): CliCommand {
  return defineCliCommand({
    summary: `${enabled ? "Enable" : "Disable"} models`,
    args: {
      name: { type: "positional", required: true, description: "provider/model or an id; more may follow" },
      ...(enabled ? {} : releaseArgs),
      ...connectionArgs,
    },
    variadic: true,
    examples: [`penstock models ${verb} anthropic-prod/claude-sonnet-4-5`],
    async run({ args }) {
      const api = new ApiClient(await connectAdmin(args));
      const known = await api.list<ModelBody>("/models");
      // All names are looked up before anything changes.
      const models = await Promise.all(args._.map((name) => findModel(known, name)));
      const query = enabled ? {} : await releaseQuery(api, args);
      const body = { models: models.map(({ id }) => ({ id, enabled })) };
      const { data: changed } = await api.call<{ data: ModelBody[] }>("/models", {
        method: "PATCH",
        query,
        body,
      });
      if (args.json) printJson(changed);
      else for (const { name } of changed) print(`${name} is ${verb}d.`);
    },
  });
}
