import type { StickyBy } from "../../plane/route-config.ts";
import { readField } from "../../wire/json/top-level.ts";
import type { Call } from "../call.ts";
import type { RoutedCall } from "../read-call.ts";

/** Headers that clients name their conversation in; the first two are ours, the others those of coding agents. */
const sessionHeaders = [
  ...["x-penstock-sticky", "x-penstock-session"],
  ...["session_id", "conversation_id", "x-session-id", "x-conversation-id"],
] as const;

/** The same at the top level of a body: a cache's key, a stored conversation, the person who talks. */
const sessionFields = ["prompt_cache_key", "conversation", "session_id", "metadata", "user"] as const;

/** Longer ones are cut: they are only hashed. */
const longestId = 512;

/** What the calls that are to stay together have in common; undefined: this call says nothing of it. */
export function stickyIdOf(
  by: StickyBy,
  call: Pick<Call, "key" | "headers" | "body">,
  { scan }: Pick<RoutedCall, "scan">,
): string | undefined {
  if (by === "key") return call.key.config.id;
  if (by === "header") return idOf(call.headers.get("x-penstock-sticky"));
  for (const name of sessionHeaders) {
    const id = idOf(call.headers.get(name));
    if (id !== undefined) return id;
  }
  for (const name of sessionFields) {
    const value = scan.fields.has(name) ? readField(call.body, scan, name) : undefined;
    const id = idOf(value) ?? nestedId(value);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** `conversation: {id}`, `metadata: {session_id}`; Anthropic's clients put both into `metadata.user_id`. */
function nestedId(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    idOf(fields.id) ??
    idOf(fields.session_id) ??
    idOf(fields.conversation_id) ??
    idOf(fields.thread_id) ??
    idOf(fields.user_id)
  );
}

function idOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, longestId) : undefined;
}
