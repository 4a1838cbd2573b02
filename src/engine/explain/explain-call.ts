import type { Call } from "../call.ts";
import { nearMatches } from "../near-matches.ts";
import type { Candidate, OrgPlane, RoutePlane } from "../plane.ts";
import type { RoutedCall } from "../read-call.ts";
import { canSee, type Found, lookUp, mayUse, mayUseRoute } from "../resolve.ts";
import { estimateCall } from "../route/estimate-call.ts";
import { orderCandidates } from "../route/order-candidates.ts";
import { stickyIdOf } from "../route/sticky-id.ts";
import { explainCandidate } from "./explain-candidate.ts";
import type { CandidateCall, ExplainParts } from "./explain-parts.ts";
import type { CallExplanation, ExplainedCandidate } from "./explanation.ts";
import { followState } from "./follow-state.ts";

/** A call that is only looked at. */
export interface ExplainRequest {
  readonly call: Call;
  readonly scan: RoutedCall["scan"];
  readonly model: string;
  /** False: there is only a name; nothing is said that hangs on what the request says. */
  readonly hasBody: boolean;
}

const rules = { route: "route", qualified_name: "provider_model", model_id: "model_id" } as const;

/** Which candidates a call would try, in which order and why, without calling or reserving anything. */
export async function explainCall(parts: ExplainParts, request: ExplainRequest): Promise<CallExplanation> {
  const { call, scan, model } = request;
  const { key } = call;
  const found = lookUp(key.org, model);
  const unknown = unknownOf(parts, request);
  if (found === undefined)
    return { model, rule: "none", route: null, candidates: [], near: near(request), unknown };
  const stickyId = () => stickyIdOf(found.route?.config.stickyBy ?? "session", call, { scan });
  const now = parts.context.tick();
  const byStrategy = orderCandidates(found.route?.config, found.candidates, {
    ...{ views: parts.context.targets, now, random: parts.context.random, stickyId },
    estimate: () => estimateCall(call, { scan }),
  });
  const routedTo = (target: Candidate["target"]): RoutedCall => {
    const resolution = { ...found, target, name: model, defaulted: false };
    return { scan, stream: false, resolution };
  };
  const [first] = byStrategy;
  const asked = { context: parts.context, call };
  const { ordered, issuer, elsewhere } =
    first === undefined
      ? { ordered: byStrategy, issuer: undefined, elsewhere: new Set<Candidate>() }
      : followState({ ...asked, routed: routedTo(first.target) }, byStrategy);
  const stateOf = (candidate: Candidate): CandidateCall["state"] => {
    if (elsewhere.has(candidate)) return "kept_elsewhere";
    return candidate === issuer ? "issued" : undefined;
  };
  const may = mayCall(request, found);
  const explained = await Promise.all(
    ordered.map((candidate) => {
      const { hasBody } = request;
      const facts = { allowed: may(candidate), state: stateOf(candidate), hasBody, now };
      return explainCandidate(parts, { call, routed: routedTo(candidate.target), candidate, ...facts });
    }),
  );
  return {
    model,
    rule: rules[found.by],
    route: found.route === undefined ? null : routeOf(found.route, stickyId()),
    candidates: [...inOrder(explained), ...outOfUse(key.org, found.route)],
    near: [],
    unknown,
  };
}

/** The kept ones first, counted. */
function inOrder(explained: readonly ExplainedCandidate[]): ExplainedCandidate[] {
  const kept = explained.filter((each) => each.kept);
  const placed = kept.map((each, index): ExplainedCandidate => {
    const first = index === 0;
    const message = first ? "would be called first" : "would be called when those before it fail";
    const place = { code: first ? ("first" as const) : ("next" as const), message };
    return { ...each, position: index + 1, reasons: [place, ...each.reasons] };
  });
  return [...placed, ...explained.filter((each) => !each.kept)];
}

function outOfUse(org: OrgPlane, route: RoutePlane | undefined): ExplainedCandidate[] {
  const served = new Set([...org.byQualifiedName.values()].map(({ model }) => model.id));
  return (route?.config.targets ?? [])
    .filter(({ modelId }) => !served.has(modelId))
    .map(({ modelId, weight, parameters }) => ({
      ...{ provider: null, provider_id: null, model: null, model_id: modelId },
      ...{
        position: null,
        kept: false,
        weight,
        parameters: parameters === undefined ? null : { ...parameters },
      },
      reasons: [{ code: "model_out_of_use", message: "the model or its provider is disabled or gone" }],
      ...{ price: null, headroom: null, losses: null },
    }));
}

function routeOf(
  { config }: RoutePlane,
  stickyId: string | undefined,
): NonNullable<CallExplanation["route"]> {
  const { id, name, strategy, retries } = config;
  const sticky_id = strategy === "sticky" ? (stickyId ?? null) : null;
  return { id, name, strategy, retries: retries ?? null, sticky_id };
}

function mayCall({ call, model }: ExplainRequest, { route }: Found): (candidate: Candidate) => boolean {
  const { key } = call;
  const whole = route !== undefined && mayUseRoute(key, route);
  return ({ target }) => whole || mayUse(key, target, model);
}

function near({ call, model }: ExplainRequest): string[] {
  const { key } = call;
  const models = [...key.org.byWireId].flatMap(([id, candidates]) =>
    candidates.some(({ target }) => mayUse(key, target)) ? [id] : [],
  );
  const routes = [...key.org.routes.values()].filter((route) => canSee(key, route));
  return nearMatches(model, [...models, ...routes.map(({ config }) => config.name)]);
}

function unknownOf({ servesCalls, headroom }: ExplainParts, { hasBody, call }: ExplainRequest): string[] {
  return [
    ...(servesCalls
      ? []
      : [
          "How the targets do: this process serves no calls, so it knows neither their latency nor what cools.",
        ]),
    ...(hasBody ? [] : ["Prices, losses and the fit of the context: no request was given."]),
    ...(headroom !== undefined ? [] : ["What the limits leave: nothing is counted in this process."]),
    ...(call.key.config.id === "" ? ["What a key may use and what its limits leave: no key was named."] : []),
  ];
}
