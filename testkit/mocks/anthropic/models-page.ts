import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid, messagesError } from "./error.ts";
import { type ClaudeModel, describeModel } from "./models.ts";

/** `GET /v1/models` with `limit` (1 to 1,000, 20 unless told), `after_id` and `before_id`; or one model by its id. */
export function modelsPage(
  models: readonly ClaudeModel[],
  { path, query }: { path: string; query: URLSearchParams },
): VendorAnswer {
  if (path !== "/v1/models") {
    const id = decodeURIComponent(path.slice("/v1/models/".length));
    const found = models.find((model) => model.id === id);
    return found === undefined
      ? messagesError(404, "not_found_error", `model: ${id}`)
      : { json: describeModel(found) };
  }
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    return invalid("limit: must be between 1 and 1000");
  const after = query.get("after_id");
  const start = after === null ? 0 : models.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) return invalid(`after_id: unknown id ${after}`);
  const page = models.slice(start, start + limit);
  return {
    json: {
      data: page.map(describeModel),
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
      has_more: start + limit < models.length,
    },
  };
}
