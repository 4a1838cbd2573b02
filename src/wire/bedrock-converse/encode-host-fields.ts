import type { NeutralRequest } from "../neutral/request.ts";
import { isObject } from "../read-json.ts";
import { knownBetas } from "./betas.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { type ConverseBody, hostFields } from "./schema.ts";

type HostFields = Pick<
  ConverseBody,
  "serviceTier" | "requestMetadata" | "additionalModelRequestFields" | "additionalModelResponseFieldPaths"
>;

/** What is passed beside the conversation. */
export interface HostContext {
  readonly scope: EncodeScope;
  readonly betas: readonly string[];
  /** Fields of the model's own body that the conversation needs. */
  readonly additional: Readonly<Record<string, unknown>>;
  /** Which stop sequence was met is to be told. */
  readonly readStopSequence: boolean;
}

/** The tail of the body: what callers may say by the API's own names, tier, metadata and the model's own fields. */
export function encodeHostFields(request: NeutralRequest, context: HostContext): HostFields {
  const { scope } = context;
  const { extra } = request;
  const { additionalModelRequestFields, additionalModelResponseFieldPaths, requestMetadata, metadata } =
    extra;
  const own: Record<string, unknown> = {};
  for (const field of Object.keys(extra)) {
    if (readHere.has(field)) continue;
    const value = extra[field];
    if (hostFields.some((name) => name === field) && isObject(value)) own[field] = value;
    else scope.losses.add(field, "dropped");
  }
  if (request.promptCacheKey !== undefined) scope.losses.add("prompt_cache_key", "dropped");
  const betas = acceptedBetas(context);
  const additional = {
    ...context.additional,
    ...(betas.length > 0 ? { anthropic_beta: betas } : undefined),
    ...(isObject(additionalModelRequestFields) ? additionalModelRequestFields : undefined),
  };
  const paths = Array.isArray(additionalModelResponseFieldPaths)
    ? [...additionalModelResponseFieldPaths]
    : [];
  if (context.readStopSequence && scope.traits.nativeBody === "messages" && paths.length < 10) {
    paths.push(request.stream ? "/delta/stop_sequence" : "/stop_sequence");
  }
  const labels = encodeMetadata({ requestMetadata, metadata, userId: request.userId }, scope);
  return {
    ...own,
    ...encodeTier(request.serviceTier, scope),
    requestMetadata: Object.keys(labels).length > 0 ? labels : undefined,
    additionalModelRequestFields: Object.keys(additional).length > 0 ? additional : undefined,
    additionalModelResponseFieldPaths: paths.length > 0 ? paths : undefined,
  };
}

const readHere: ReadonlySet<string> = new Set([
  "additionalModelRequestFields",
  "additionalModelResponseFieldPaths",
  "requestMetadata",
  "metadata",
]);

function acceptedBetas({ betas, scope }: HostContext): readonly string[] {
  if (scope.traits.nativeBody !== "messages") {
    if (betas.length > 0) scope.losses.add("anthropic-beta", "dropped");
    return [];
  }
  return knownBetas(betas, scope.losses);
}

/** The tiers of the API; its default needs no word. */
function encodeTier(tier: string | undefined, { losses }: EncodeScope): Pick<ConverseBody, "serviceTier"> {
  switch (tier) {
    case undefined:
    case "auto":
      return {};
    case "default":
    case "standard":
    case "standard_only":
      return { serviceTier: { type: "default" } };
    case "priority":
    case "flex":
    case "reserved":
      return { serviceTier: { type: tier } };
    default:
      losses.add("service_tier", "dropped");
      return {};
  }
}

/** What the API takes as the key or value of a label. Source: API reference, `requestMetadata`. */
const label = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/;
const maxLabels = 16;

interface Labels {
  readonly requestMetadata: unknown;
  readonly metadata: unknown;
  readonly userId: string | undefined;
}

function encodeMetadata(
  { requestMetadata, metadata, userId }: Labels,
  { losses }: EncodeScope,
): Record<string, string> {
  const labels: Record<string, string> = {};
  const add = (key: string, value: unknown, field: string) => {
    const fits = typeof value === "string" && key !== "" && label.test(key) && label.test(value);
    if (fits && (key in labels || Object.keys(labels).length < maxLabels)) labels[key] = value;
    else losses.add(field, "dropped");
  };
  for (const [key, value] of isObject(metadata) ? Object.entries(metadata) : [])
    add(key, value, `metadata.${key}`);
  if (userId !== undefined) add("user_id", userId, "user");
  if (isObject(requestMetadata)) {
    for (const [key, value] of Object.entries(requestMetadata)) add(key, value, `requestMetadata.${key}`);
  }
  return labels;
}
