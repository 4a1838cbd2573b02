import { isObject, type JsonObject } from "../read-json.ts";

/**
 * Whether an event of a stream answers anything. The response's own beginning does not, nor does that of an empty message: its text
 * follows at once or never. Reasoning may take long, so its beginning counts. What is not understood counts as an answer.
 */
export function isContent(event: JsonObject): boolean {
  const { item, part } = event;
  switch (event.type) {
    case "response.created":
    case "response.in_progress":
    case "response.queued":
      return false;
    case "response.output_item.added":
      return !(isObject(item) && item.type === "message" && isEmpty(item.content));
    case "response.content_part.added":
      return !(isObject(part) && isEmpty(part.text));
    default:
      return true;
  }
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}
