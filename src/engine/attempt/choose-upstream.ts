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
  const offered = provider.driver?.protocols ?? [];
  const spoken = context.protocols;
  const preferred = provider.driver?.prefer?.({
    surface: call.surface.id,
    model: model.wireId,
    traits: model.traits,
    hasTools: hasTools(call, routed),
    options: provider.config.options,
  });
  const protocol =
    ifCommon(preferred, offered, spoken) ??
    ifCommon(call.surface.id, offered, spoken) ??
    firstCommon(offered, spoken);
  if (protocol === undefined) {
    throw new PenstockError("provider_misconfigured", {
      fields: { provider: provider.config.name, reason: "this build speaks none of its protocols" },
    });
  }
  return provider.upstream(protocol);
}

type Spoken = Pick<ReadonlySet<ProtocolId>, "has">;

function ifCommon(
  id: ProtocolId | undefined,
  offered: readonly ProtocolId[],
  spoken: Spoken,
): ProtocolId | undefined {
  return id !== undefined && offered.includes(id) && spoken.has(id) ? id : undefined;
}

function firstCommon(offered: readonly ProtocolId[], spoken: Spoken): ProtocolId | undefined {
  return offered.find((id) => spoken.has(id));
}

/** Whether the body declares any tools, without parsing them. */
function hasTools({ body }: Call, { scan }: RoutedCall): boolean {
  const range = scan.fields.get("tools");
  if (range === undefined) return false;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return text.subarray(range.start, Math.min(range.end, range.start + 64)).includes("{");
}
