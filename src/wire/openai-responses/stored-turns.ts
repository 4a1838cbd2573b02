import { isObject, type JsonObject, ObjectReader } from "../read-json.ts";
import type { StoredTurns } from "../stored-turns.ts";
import { inputItemsPage } from "./input-items-page.ts";
import { responseOfItem } from "./response-object.ts";

/**
 * How answers are kept and found again: `previous_response_id` puts the items of an earlier conversation in front of
 * `input`, `item_reference` puts one of its items where it stands. `instructions` are not inherited.
 */
export const storedTurns: StoredTurns = {
  read(value) {
    const body = new ObjectReader(value, "");
    const previous = body.optionalString("previous_response_id");
    const references = items(body.value.input).flatMap((item) => {
      const id = referenceOf(item);
      const response = id === undefined ? undefined : responseOfItem(id);
      return response === undefined ? [] : [response];
    });
    return {
      previous,
      references: [...new Set(references)],
      store: body.optionalBoolean("store") !== false,
    };
  },

  expand(value, { previous, referenced }) {
    if (!isObject(value)) return value;
    const { previous_response_id: _, store: __, ...body } = value;
    const known = new Map(
      referenced.flat().flatMap((item) => (typeof item.id === "string" ? [[item.id, item] as const] : [])),
    );
    const input = items(body.input).map((item) => known.get(referenceOf(item) ?? "") ?? item);
    return { ...body, input: [...(previous ?? []), ...input] };
  },

  turnOf(expanded, response) {
    if (!isObject(response) || typeof response.id !== "string") return undefined;
    if (response.status === "failed") return undefined;
    const input = isObject(expanded) ? items(expanded.input) : [];
    const output = items(response.output);
    return { id: response.id, items: [...input, ...output], answer: response };
  },

  finalAnswer(chunk) {
    for (const type of ["response.completed", "response.incomplete"]) {
      const at = chunk.lastIndexOf(`event: ${type}\ndata: `);
      if (at === -1) continue;
      const start = chunk.indexOf("data: ", at) + "data: ".length;
      const event: unknown = JSON.parse(chunk.slice(start, chunk.indexOf("\n", start)));
      if (isObject(event)) return event.response;
    }
    return undefined;
  },

  inputOf: inputItemsPage,

  deleted: (id) => ({ id, object: "response", deleted: true }),
};

function items(input: unknown): readonly JsonObject[] {
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  return Array.isArray(input) ? input.filter(isObject) : [];
}

function referenceOf(item: JsonObject): string | undefined {
  return item.type === "item_reference" && typeof item.id === "string" ? item.id : undefined;
}
