import type { Upstream } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Outcome } from "../call.ts";
import { countTokens } from "../count-tokens.ts";
import { embed } from "../embed.ts";
import type { Execution } from "../execution.ts";
import { answerInProcess } from "../in-process.ts";
import { knowsNoTurnOf } from "../keep-turn.ts";
import { relay } from "../relay.ts";
import { translate } from "../translate.ts";
import { chooseUpstream } from "./choose-upstream.ts";

/**
 * Calls one target and answers by what it says: passed through where client and vendor speak the same, else translated. Not async:
 * every step in between is paid by each request.
 *
 * @throws PenstockError `provider_misconfigured`, `operation_unsupported`; the rest it rejects with.
 */
export function answer(execution: Execution): Promise<Outcome> {
  const { call, candidate, meter, headers } = execution;
  const { target } = candidate;
  const { config, driver, misconfigured } = target.provider;
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
  if (upstream.protocol !== call.surface.id || upstream.translated === true)
    return carry(execution, upstream, false);
  const relayed = canRelay(execution, upstream);
  return typeof relayed === "boolean"
    ? carry(execution, upstream, relayed)
    : carryWhenKnown(execution, upstream, relayed);
}

function carry(execution: Execution, upstream: Upstream, relayed: boolean): Promise<Outcome> {
  execution.meter.passthrough = relayed;
  return relayed ? relay(execution, upstream) : translate(execution, upstream);
}

async function carryWhenKnown(
  execution: Execution,
  upstream: Upstream,
  relayed: Promise<boolean>,
): Promise<Outcome> {
  return carry(execution, upstream, await relayed);
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
