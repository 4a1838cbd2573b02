import { z } from "zod";

/** What decides where a call goes, what it says or how it is answered, in any surface's spelling: never a target's to say. */
const refused = new Set([
  ...["model", "models", "messages", "input", "contents", "prompt", "requests", "content"],
  ...["stream", "stream_options", "streamOptions", "background", "store", "n", "candidateCount"],
  ...["tools", "tool_choice", "toolChoice", "toolConfig", "functions", "function_call"],
  ...["previous_response_id", "conversation", "thread", "cachedContent"],
  ...["api_key", "api_base", "base_url"],
]);

const mostFields = 50;
const mostBytes = 16 * 1024;

/** Fields that a target sets at the top level of the request; null removes one. */
export const parametersSchema = z.record(z.string(), z.json()).check((context) => {
  const { value, issues } = context;
  const problem = (message: string, path: PropertyKey[] = []) =>
    issues.push({ code: "custom", message, path, input: value });
  const names = Object.keys(value);
  for (const name of names) {
    if (refused.has(name)) problem("is decided by the request or by the gateway, not by a target", [name]);
    else if (!/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name)) problem("is no name of a request's field", [name]);
  }
  if (names.length > mostFields) problem(`must set ${mostFields} fields or fewer`);
  if (Buffer.byteLength(JSON.stringify(value)) > mostBytes) problem("must be 16 KiB of JSON or less");
});
