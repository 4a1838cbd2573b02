import type { Upstream } from "../drivers/driver.ts";
import { PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import type { Call, Outcome } from "./call.ts";
import { countTokens } from "./count-tokens.ts";
import type { EngineContext } from "./engine-context.ts";
import { answerInProcess } from "./in-process.ts";
import { Meter } from "./meter.ts";
import { type RoutedCall, readCall } from "./read-call.ts";
import { relay } from "./relay.ts";
import { ClientGone } from "./send.ts";
import { translate } from "./translate.ts";

/** A call on its way: what every step of the engine works on. */
export interface Execution {
  readonly context: EngineContext;
  readonly call: Call;
  readonly routed: RoutedCall;
  readonly meter: Meter;
  /** Headers of the answer that are known before the vendor is called. */
  readonly headers: Record<string, string>;
}

/**
 * Runs one call: resolves the model, calls its vendor, and returns the answer in the client's protocol. Every call that
 * reaches this point leaves exactly one usage record, whatever becomes of it.
 *
 * @throws PenstockError for everything that goes wrong before the first byte; `ClientGone` when nobody waits.
 */
export async function execute(context: EngineContext, call: Call): Promise<Outcome> {
  const meter = new Meter(context, call);
  try {
    return await run(context, call, meter);
  } catch (error) {
    if (error instanceof ClientGone) {
      meter.disconnected();
      throw error;
    }
    const failure = toPenstockError(error);
    meter.failed(failure);
    throw failure;
  }
}

function run(context: EngineContext, call: Call, meter: Meter): Promise<Outcome> {
  const routed = readCall(call);
  const { target, name } = routed.resolution;
  const { config, driver, misconfigured } = target.provider;
  meter.requestedModel = name;
  meter.target = target;
  meter.stream = routed.stream;
  if (driver === undefined || misconfigured !== undefined) {
    const reason = misconfigured ?? "it has no driver";
    throw new PenstockError("provider_misconfigured", { fields: { provider: config.name, reason } });
  }
  const headers = { "x-penstock-provider": config.name, "x-penstock-model": target.model.wireId };
  const execution: Execution = { context, call, routed, meter, headers };
  if (call.operation === "count_tokens") return countTokens(execution, driver);
  if (driver.respond !== undefined) return answerInProcess(execution, driver.respond);
  const upstream = chooseUpstream(execution);
  meter.protocol = upstream.protocol;
  meter.passthrough = upstream.protocol === call.surface.id;
  return meter.passthrough ? relay(execution, upstream) : translate(execution, upstream);
}

/** The client's own protocol where the vendor speaks it, else the one the driver recommends. */
export function chooseUpstream({ context, call, routed }: Execution): Upstream {
  const { provider } = routed.resolution.target;
  const protocols = provider.driver?.protocols ?? [];
  const protocol = protocols.includes(call.surface.id)
    ? call.surface.id
    : protocols.find((id) => context.protocols.has(id));
  if (protocol === undefined) {
    throw new PenstockError("provider_misconfigured", {
      fields: { provider: provider.config.name, reason: "this build speaks none of its protocols" },
    });
  }
  return provider.upstream(protocol);
}
