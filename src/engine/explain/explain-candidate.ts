import { costOf } from "../../plane/cost-of.ts";
import { noUsage } from "../../wire/neutral/usage.ts";
import { estimateCall } from "../route/estimate-call.ts";
import type { TargetView } from "../targets/target-view.ts";
import type { CandidateCall, ExplainParts } from "./explain-parts.ts";
import type { ExplainedCandidate, HeadroomLevel, PriceEstimate, ReasonCode } from "./explanation.ts";
import { foreseeLosses } from "./foresee-losses.ts";

/** All that speaks for or against a candidate; its place is the caller's to say. */
export async function explainCandidate(parts: ExplainParts, of: CandidateCall): Promise<ExplainedCandidate> {
  const { candidate, hasBody } = of;
  const { target, weight, parameters } = candidate;
  const { provider, model } = target;
  const reasons: ExplainedCandidate["reasons"] = [];
  let kept = true;
  const remark = (code: ReasonCode, message: string) => reasons.push({ code, message });
  const drop = (code: ReasonCode, message: string) => {
    kept = false;
    remark(code, message);
  };
  if (!of.allowed) drop("key_may_not", "the key's list of models names neither it nor its route");
  if (provider.misconfigured !== undefined) drop("misconfigured", provider.misconfigured);
  const kindProblem = wrongKind(of);
  if (kindProblem !== undefined) drop("wrong_kind", kindProblem);
  if (of.state === "kept_elsewhere")
    drop("state_elsewhere", "the request goes on from an answer that only another account keeps");
  if (of.state === "issued") remark("issued_state", "it issued the state that the request carries back");
  const { status } = provider.config;
  if (status === "unavailable" || status === "failed")
    remark("provider_down", `its provider is \`${status}\` as of the last probe; it is called all the same`);
  if (weight === 0) remark("reserve", "its weight is 0: it stands in when the others fail");
  const view = parts.context.targets.view(target, of.now);
  if (view.coolingReason !== undefined)
    remark(view.coolingReason === "circuit_open" ? "circuit_open" : "cooling", coolingMessage(view));
  const price = hasBody ? priceOf(of) : null;
  const problem = hasBody ? contextProblem(of) : undefined;
  if (problem !== undefined) remark("context_too_small", problem);
  const losses = hasBody && kept ? foreseeLosses(parts.context, of) : undefined;
  if (losses?.refused !== undefined) drop("request_refused", losses.refused);
  if (losses !== undefined && losses.losses.length > 0) {
    if (of.call.strict || of.call.key.config.strict)
      drop("loss_refused", `strict mode refuses what it cannot carry: ${losses.losses.join(", ")}`);
    else remark("lossy", `it cannot carry all of the request: ${losses.losses.join(", ")}`);
  }
  const levels = await levelsOf(parts, of);
  for (const level of levels ?? []) if (!level.fits) drop("limit_refuses", refusalOf(level));
  return {
    provider: provider.config.name,
    provider_id: provider.config.id,
    model: model.wireId,
    model_id: model.id,
    ...{ position: null, kept, reasons, weight, price },
    parameters: parameters === undefined ? null : { ...parameters },
    headroom: levels === undefined ? null : [...levels],
    losses: losses === undefined || losses.refused !== undefined ? null : [...losses.losses],
  };
}

async function levelsOf(
  { headroom }: ExplainParts,
  { call, routed, candidate }: CandidateCall,
): Promise<readonly HeadroomLevel[] | undefined> {
  return headroom?.headroom({ call, routed, target: candidate.target, attempt: 0 });
}

function wrongKind({ call, candidate }: CandidateCall): string | undefined {
  const { kind } = candidate.target.model;
  const embeds = call.operation === "embed" || call.operation === "embed_batch";
  if (embeds === (kind === "embedding")) return undefined;
  if (!embeds) return "it is a model for embeddings, and this is no request for them";
  return kind === "chat" ? "it is a chat model, and this is a request for embeddings" : undefined;
}

function coolingMessage({ coolingMs, coolingReason }: TargetView): string {
  const seconds = Math.max(1, Math.ceil(coolingMs / 1000));
  switch (coolingReason) {
    case "quota_exhausted":
      return `its account has no quota left; it is asked last for ${seconds} s`;
    case "rate_limited":
      return `its vendor limits the rate of requests; it is asked last for ${seconds} s`;
    default:
      return `its last calls failed and its circuit is open for ${seconds} s`;
  }
}

function refusalOf({ subject, measure, limit, remaining, needed }: HeadroomLevel): string {
  if (needed === null) return `${subject}, ${measure} ${limit}: the model has no price to count`;
  return `${subject}, ${measure} ${limit}: ${needed} needed and ${remaining} left`;
}

/** A guess of its length is no reason not to try. */
function contextProblem({ call, routed, candidate }: CandidateCall): string | undefined {
  const { contextTokens } = candidate.target.model;
  const { input } = estimateCall(call, routed);
  if (contextTokens === undefined || input <= contextTokens) return undefined;
  return `about ${input} tokens of input, and it takes ${contextTokens}`;
}

/** As far as the model has prices. */
function priceOf({ call, routed, candidate }: CandidateCall): PriceEstimate | null {
  const { kind, prices, traits } = candidate.target.model;
  const { input, maxOutput } = estimateCall(call, routed);
  const most = kind === "embedding" ? 0 : smallest(maxOutput, traits.maxOutputTokens);
  const inputUsd = costOf({ ...noUsage, input }, prices);
  if (inputUsd === undefined) return null;
  const maxUsd = most === undefined ? undefined : costOf({ ...noUsage, input, output: most }, prices);
  return {
    input_tokens: input,
    max_output_tokens: most ?? null,
    input_usd: inputUsd,
    max_output_usd: maxUsd === undefined ? null : maxUsd - inputUsd,
    max_usd: maxUsd ?? null,
  };
}

function smallest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
