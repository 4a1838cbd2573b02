import type { ScriptFault } from "../model/script.ts";

/** Statuses with which a gateway may pass a vendor's failure on without misleading the client's back-off. */
export const faultStatuses: Readonly<Record<ScriptFault, readonly number[]>> = {
  invalid: [400],
  // Whose credential is at fault, the message must say.
  authentication: [401, 403, 424, 502],
  not_found: [404],
  context_exceeded: [400, 413],
  rate_limited: [429],
  quota: [402, 403, 429],
  server_error: [500, 502, 503],
  overloaded: [503, 529],
};
