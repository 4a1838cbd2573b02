import type { Upstream } from "../drivers/driver.ts";
import { PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import type { Call, Outcome } from "./call.ts";
import { countTokens } from "./count-tokens.ts";
import { embed } from "./embed.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Execution } from "./execution.ts";
import { answerInProcess } from "./in-process.ts";
import { contentKeeper } from "./keep-content.ts";
import { knowsNoTurnOf } from "./keep-turn.ts";
import { Meter } from "./meter.ts";
import { type RoutedCall, readCall } from "./read-call.ts";
import { relay } from "./relay.ts";
import { ClientGone } from "./send.ts";
import { translate } from "./translate.ts";

/** A call that has been routed and is on its way. */
export interface Running {
  /** The caller wants a stream: it may be told to wait in one. */
  readonly stream: boolean;
  /** Rejects with `PenstockError` for everything that goes wrong before the first byte, `ClientGone` when nobody waits. */
  readonly outcome: Promise<Outcome>;
}

/**
 * Runs one call: resolves the model, calls its vendor, and answers in the client's protocol. Every call that reaches
 * this point leaves exactly one usage record, whatever becomes of it.
 *
 * @throws PenstockError what `readCall` throws.
 */
export function execute(context: EngineContext, call: Call): Running {
  const meter = new Meter(context, call);
  try {
    const routed = readCall(call, meter);
    const keep = contentKeeper(context.contents, call);
    const outcome = settled({ context, call, routed, meter, headers: {} });
    return {
      stream: routed.stream && call.operation === "generate",
      outcome: keep === undefined ? outcome : outcome.then(keep),
    };
  } catch (error) {
    const failure = toPenstockError(error);
    meter.failed(failure);
    throw failure;
  }
}

async function settled(execution: Execution): Promise<Outcome> {
  const { meter } = execution;
  try {
    return await run(execution);
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

/** Not async: every step in between is paid by each request. */
function run(execution: Execution): Promise<Outcome> {
  const { call, routed, meter, headers } = execution;
  const { target, name } = routed.resolution;
  const { config, driver, misconfigured } = target.provider;
  meter.requestedModel = name;
  meter.target = target;
  meter.stream = routed.stream;
  headers["x-penstock-provider"] = config.name;
  headers["x-penstock-model"] = target.model.wireId;
  if (driver === undefined || misconfigured !== undefined) {
    const reason = misconfigured ?? "it has no driver";
    throw new PenstockError("provider_misconfigured", { fields: { provider: config.name, reason } });
  }
  if (call.operation === "count_tokens") return countTokens(execution, driver);
  if (call.operation !== "generate") return embed(execution, { driver, operation: call.operation });
  if (target.model.kind === "embedding") throw noChat(execution);
  if (driver.respond !== undefined) return answerInProcess(execution, driver.respond);
  const upstream = chooseUpstream(execution);
  meter.protocol = upstream.protocol;
  const carry = (passthrough: boolean) => {
    meter.passthrough = passthrough;
    return passthrough ? relay(execution, upstream) : translate(execution, upstream);
  };
  if (upstream.protocol !== call.surface.id || upstream.translated === true) return carry(false);
  const relayed = canRelay(execution, upstream);
  return typeof relayed === "boolean" ? carry(relayed) : relayed.then(carry);
}

/** Models that make vectors answer nothing. */
function noChat({ routed }: Execution): PenstockError {
  const { provider, model } = routed.resolution.target;
  const operation = `Chat with the embedding model \`${model.wireId}\``;
  return new PenstockError("operation_unsupported", {
    fields: { operation, provider: provider.config.name },
    param: "model",
  });
}

/** A body that only this gateway understands in full cannot be forwarded as it is. */
function canRelay(execution: Execution, { quirks }: Upstream): boolean | Promise<boolean> {
  const { surface, body } = execution.call;
  const { traits } = execution.routed.resolution.target.model;
  if (surface.holdsForeignState?.(body, { quirks, traits }) === true) return false;
  return surface.storedTurns === undefined || knowsNoTurnOf(execution);
}

/** What the driver prefers, else the client's own protocol where the vendor speaks it, else the driver's first. */
function chooseUpstream({ context, call, routed }: Execution): Upstream {
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
