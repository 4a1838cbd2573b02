import type { ModelBody } from "../../api/schemas/model.ts";
import type { ApiClient } from "../api-client.ts";
import { usageError } from "../cli-error.ts";
import { findModel } from "../find-by-name.ts";

/** What becomes of the places that name what goes. */
export const releaseArgs = {
  rebind: {
    type: "string",
    description: "Model (provider/model or id) that takes its place where it is named",
  },
  force: { type: "boolean", description: "Let what names it break" },
} as const;

/** The same as the API's query. */
export async function releaseQuery(
  api: ApiClient,
  args: { readonly rebind?: string | undefined; readonly force?: boolean | undefined },
): Promise<{ readonly rebind?: string; readonly force?: boolean }> {
  if (args.rebind !== undefined && args.force === true)
    throw usageError("give --rebind or --force, not both");
  if (args.force === true) return { force: true };
  if (args.rebind === undefined) return {};
  return { rebind: (await findModel(await api.list<ModelBody>("/models"), args.rebind)).id };
}
