import { unprocessable } from "../parse-input.ts";

/** A role is one of an agent's. Throws `unprocessable`. */
export function requireAgentOfRole(key: {
  readonly agent?: string | null | undefined;
  readonly agentRole?: string | null | undefined;
}): void {
  if (typeof key.agentRole !== "string" || typeof key.agent === "string") return;
  throw unprocessable([{ path: "/agent_role", message: "needs an `agent` whose role it is" }]);
}
