import { isObject, type JsonObject } from "../read-json.ts";

/**
 * Whether an event of a stream answers anything: a delta, a call, an end. The start of the message, pings and the start of an empty
 * block do not. What is not understood counts as an answer.
 */
export function isContent(event: JsonObject): boolean {
  if (event.type === "message_start" || event.type === "ping" || event.type === "content_block_stop")
    return false;
  if (event.type !== "content_block_start" || !isObject(event.content_block)) return true;
  const { type, text, thinking } = event.content_block;
  const isEmpty = (type === "text" && !text) || (type === "thinking" && !thinking);
  return !isEmpty;
}
