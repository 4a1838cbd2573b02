import type { Upstream } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProtocolId } from "../../wire/neutral/protocol-id.ts";
import type { Call } from "../call.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Execution } from "../execution.ts";
import type { RoutedCall } from "../read-call.ts";

/**
 * What the driver prefers, else the client's own protocol where the vendor speaks it, else the driver's first.
 *
 * @throws PenstockError `provider_misconfigured` when this build speaks none of them.
 */
export function chooseUpstream({
  context,
  call,
  routed,
}: Pick<Execution, "call" | "routed"> & {
  readonly context: Pick<EngineContext, "protocols">;
}): Upstream {
  const { provider, model } = routed.resolution.target;
  const protocols = provider.driver?.protocols ?? [];
  const known = (id: ProtocolId | undefined) =>
    id !== undefined && protocols.includes(id) && context.protocols.has(id) ? id : undefined;
  const protocol =
    known(
      provider.driver?.prefer?.({
        surface: call.surface.id,
        model: model.wireId,
        traits: model.traits,
        hasTools: hasTools(call, routed),
        options: provider.config.options,
      }),
    ) ??
    known(call.surface.id) ??
    protocols.find((id) => context.protocols.has(id));
  if (protocol === undefined) {
    throw new PenstockError("provider_misconfigured", {
      fields: { provider: provider.config.name, reason: "this build speaks none of its protocols" },
    });
  }
  return provider.upstream(protocol);
}

/** Whether the body declares any tools, without parsing them. */
function hasTools({ body }: Call, { scan }: RoutedCall): boolean {
  const range = scan.fields.get("tools");
  if (range === undefined) return false;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return text.subarray(range.start, Math.min(range.end, range.start + 64)).includes("{");
}
