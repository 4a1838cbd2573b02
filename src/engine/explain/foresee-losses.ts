import { PenstockError } from "../../errors/penstock-error.ts";
import { parseBody, scanTopLevel } from "../../wire/json/top-level.ts";
import { LossList } from "../../wire/neutral/loss.ts";
import { chooseUpstream } from "../attempt/choose-upstream.ts";
import { replaceParameters } from "../attempt/replace-parameters.ts";
import { fitTools, readBetas } from "../translate.ts";
import type { CandidateCall, ExplainContext } from "./explain-parts.ts";

/** What a target would not get as it was sent. */
export interface ForeseenLosses {
  readonly losses: readonly string[];
  /** Why the request could not even be translated; undefined when it could. */
  readonly refused: string | undefined;
}

/** The losses of a call at one target, by translating it; what is fetched on the way is left out. Undefined: it is not known. */
export function foreseeLosses(context: ExplainContext, of: CandidateCall): ForeseenLosses | undefined {
  const { candidate, routed } = of;
  const { target, parameters } = candidate;
  const { provider, model } = target;
  if (of.call.operation !== "generate" || provider.driver === undefined) return undefined;
  if (provider.driver.respond !== undefined) return { losses: [], refused: undefined };
  try {
    const body =
      parameters === undefined
        ? of.call.body
        : replaceParameters(of.call.body, { scan: routed.scan, parameters });
    const call = { ...of.call, body };
    const upstream = chooseUpstream({ context, call, routed: { ...routed, scan: scanTopLevel(body) } });
    const { surface } = call;
    const { traits } = model;
    const passes =
      upstream.protocol === surface.id &&
      upstream.translated !== true &&
      surface.holdsForeignState?.(body, { quirks: upstream.quirks, traits }) !== true;
    if (passes) return { losses: [], refused: undefined };
    const wire = context.protocols.get(upstream.protocol);
    if (wire === undefined) return undefined;
    const losses = new LossList();
    const { request } = fitTools(
      surface.decodeRequest(withModel(parseBody(body), routed.resolution.name)),
      wire,
    );
    const betas = readBetas(call, wire);
    wire.encodeRequest(request, { model: model.wireId, traits, quirks: upstream.quirks, losses, betas });
    return {
      losses: losses.toArray().map(({ field, action }) => `${field};action=${action}`),
      refused: undefined,
    };
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    return { losses: [], refused: error.message };
  }
}

/** Paths of some surfaces name the model, and the explained request may leave it out. */
function withModel(body: unknown, model: string): unknown {
  return typeof body === "object" && body !== null ? { ...body, model } : body;
}
