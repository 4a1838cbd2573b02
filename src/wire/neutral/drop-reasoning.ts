import type { LossList } from "./loss.ts";
import type { ProtocolId } from "./protocol-id.ts";
import type { NeutralRequest } from "./request.ts";

/** A request without the reasoning that vendors of `protocol` issued, for one of them that could not read it. */
export function dropReasoning(
  request: NeutralRequest,
  { protocol, losses }: { readonly protocol: ProtocolId; readonly losses: LossList },
): NeutralRequest {
  const messages = request.messages.map((message, index) => {
    if (message.role !== "assistant") return message;
    const parts = message.parts.filter(
      (part) =>
        !(part.type === "thinking" || part.type === "redacted_thinking") ||
        part.origin?.protocol !== protocol,
    );
    if (parts.length === message.parts.length) return message;
    losses.add(`messages[${index}].reasoning`, "dropped");
    return { ...message, parts };
  });
  return { ...request, messages };
}
