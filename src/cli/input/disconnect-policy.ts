import type { KeyBody } from "../../api/schemas/key.ts";
import { usageError } from "../cli-error.ts";

/** `--on-disconnect`. Throws a usage error for another word. */
export function parseDisconnectPolicy(text: string | undefined): KeyBody["on_disconnect"] | undefined {
  if (text === undefined || text === "cancel" || text === "drain" || text === "keep") return text;
  throw usageError("--on-disconnect must be cancel, drain or keep");
}
