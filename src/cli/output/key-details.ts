import type { KeyBody } from "../../api/schemas/key.ts";
import { formatTime } from "./format.ts";

/** `active`, `expired` or `revoked`. */
export function keyState({ active, revoked_at }: Pick<KeyBody, "active" | "revoked_at">): string {
  if (active) return "active";
  return revoked_at === null ? "expired" : "revoked";
}

/** Everything that is to be known of a key, a line each. */
export function formatKey(key: KeyBody): string {
  const rows: readonly (readonly [string, string])[] = [
    ["name", key.name],
    ["id", key.id],
    ["key", key.preview],
    ["state", keyState(key)],
    ["scopes", key.scopes.join(", ")],
    ["models", key.allowed_models?.join(", ") ?? "all"],
    ["strict", key.strict ? "yes" : "no"],
    ["on disconnect", key.on_disconnect],
    ["agent", [key.agent, key.agent_role].filter((name) => name !== null).join(" as ")],
    ["used in", key.carrier === "url" ? "the URL's path" : "a header"],
    ["made", formatTime(key.created_at)],
    ["changed", formatTime(key.updated_at)],
    ["expires", formatTime(key.expires_at) || "never"],
    ["last used", formatTime(key.last_used_at) || "not yet"],
    ["former value", key.previous_valid_until ? `works until ${formatTime(key.previous_valid_until)}` : ""],
    ["revoked", formatTime(key.revoked_at)],
    ["managed by", key.origin],
  ];
  const shown = rows.filter(([, value]) => value !== "");
  return shown.map(([name, value]) => `${name.padEnd(14)}${value}`).join("\n");
}
