import type { SettingsBody } from "../../api/schemas/settings.ts";
import { formatCount } from "./format.ts";

/** An organization's settings, a line each. */
export function formatSettings({ default_models: models, content_logging, egress }: SettingsBody): string {
  const kept =
    content_logging === null ? "off" : `kept for ${formatCount(content_logging.retention_days, "day")}`;
  const rows = [
    ["default chat model", models.chat ?? "none"],
    ["default embedding model", models.embedding ?? "none"],
    ["content logging", kept],
    ["allowed hosts", egress.allowed_hosts?.join(", ") ?? "all that the operator allows"],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(25)}${value}`).join("\n");
}
