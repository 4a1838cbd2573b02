import type { ApiOptions } from "../src/api/api-options.ts";

/** For the REST API without a data plane behind it: no name leads anywhere. */
export const explainNothing: ApiOptions["explain"] = async ({ model }) => ({
  ...{ model: model ?? "m", rule: "none", route: null, candidates: [], near: [], unknown: [] },
});
