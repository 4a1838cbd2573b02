import { invalid, isObject, type JsonObject } from "../read-json.ts";
import type { StoredTurn } from "../stored-turns.ts";

const largestPage = 100;

/**
 * `GET /responses/{id}/input_items`: newest first unless `order=asc`, 20 a page unless `limit` says otherwise. Source: "List
 * input items" of OpenAI's API reference.
 *
 * @throws PenstockError `invalid_request`
 */
export function inputItemsPage({ id, items, answer }: StoredTurn, query: URLSearchParams): JsonObject {
  const output = Array.isArray(answer.output) ? answer.output.length : 0;
  const asked = items.slice(0, items.length - output).map((item, i) => describe(item, `msg_${id}_in${i}`));
  const ordered = query.get("order") === "asc" ? asked : asked.reverse();
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > largestPage)
    invalid("limit", `must be a whole number from 1 to ${largestPage}`);
  const after = query.get("after");
  const start = after === null ? 0 : ordered.findIndex((item) => item.id === after) + 1;
  if (after !== null && start === 0) invalid("after", "is not the id of an item in this list");
  const data = ordered.slice(start, start + limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}

/** As the list shows an item: with an id, and a message's content as parts. */
function describe(item: JsonObject, id: string): JsonObject {
  const named = { ...item, id: typeof item.id === "string" ? item.id : id };
  const isMessage = item.type === undefined || item.type === "message";
  if (!isMessage) return named;
  const text = item.role === "assistant" ? "output_text" : "input_text";
  const content = typeof item.content === "string" ? [{ type: text, text: item.content }] : item.content;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return { ...named, type: "message", status: item.status ?? "completed", content: parts };
}
