import type { RequestBody } from "../../api/schemas/request.ts";
import { ApiClient } from "../api-client.ts";
import { type ConnectionFlags, connectAdmin } from "../connection.ts";
import { formatCost, formatDuration } from "../output/format.ts";
import { harmless } from "../output/terminal.ts";
import type { ChatAnswer } from "./ask.ts";

/** What an answer used, from the ledger; undefined when there is no admin key or no row. */
export async function findRow(answer: ChatAnswer, flags: ConnectionFlags): Promise<RequestBody | undefined> {
  if (answer.requestId === undefined) return undefined;
  try {
    // The command's own key is for the gateway, so the admin key comes from the environment or bootstrap.json.
    const api = new ApiClient(await connectAdmin({ url: flags.url }));
    return await api.call<RequestBody>(`/requests/${answer.requestId}`);
  } catch {
    return undefined;
  }
}

/** One line: model, provider, tokens, cost, time. Without the ledger's row, what the answer itself says. */
export function formatSummary(answer: ChatAnswer, row: RequestBody | undefined): string {
  const time = formatDuration(answer.elapsedMs);
  if (!row) {
    const tokens = answer.usage ? `${answer.usage.input} in, ${answer.usage.output} out` : "tokens unknown";
    return harmless(
      `${answer.model ?? "model unknown"} · ${tokens} · ${time} · no ledger row (needs an admin key)`,
    );
  }
  const { usage } = row;
  const cached = usage.cache_read + usage.cache_write_5m + usage.cache_write_1h;
  const input = `${usage.input + cached} in${usage.cache_read > 0 ? ` (${usage.cache_read} cached)` : ""}`;
  const output = `${usage.output} out${usage.reasoning > 0 ? ` (${usage.reasoning} reasoning)` : ""}`;
  const cost = row.cost_usd === null ? "no price known" : formatCost(row.cost_usd);
  const model = row.model ?? row.requested_model;
  return harmless([model, row.provider ?? "no provider", `${input}, ${output}`, cost, time].join(" · "));
}
