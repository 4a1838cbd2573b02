import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { carriedConfigName, encodeConfig, encodeExtraConfig } from "./encode-config.ts";
import { encodeContents } from "./encode-contents.ts";
import { encodeOutput } from "./encode-output.ts";
import { encodeText } from "./encode-parts.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { encodeThinking } from "./encode-thinking.ts";
import { encodeTools } from "./encode-tools.ts";
import { carriedExtras, type WireContent, type WirePart } from "./schema.ts";

/** The tree as the body of `:generateContent` and `:streamGenerateContent`; the URL says which, and which model. */
export function encodeRequest(request: NeutralRequest, { traits, losses }: EncodeRequestOptions): string {
  const scope: EncodeScope = { traits, losses };
  const output = encodeOutput(request, scope);
  const contents = encodeContents(request.messages, scope);
  const thinkingConfig = encodeThinking(request, scope);
  const system = encodeSystem(request, { scope, instruction: output.instruction });
  const config = {
    ...encodeConfig(request, scope),
    ...output.config,
    ...(thinkingConfig !== undefined && { thinkingConfig }),
    ...encodeExtraConfig(request),
  };
  const prompt = {
    ...placeSystem(system, { contents, scope }),
    ...encodeTools(request, scope),
  };
  const carried = encodeExtra(request, scope);
  return JSON.stringify({
    contents,
    ...(carried.cachedContent === undefined ? prompt : withoutCached(prompt, scope)),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
    ...encodeTier(request, scope),
    ...carried,
  });
}

function encodeSystem(
  { system }: NeutralRequest,
  { scope, instruction }: { readonly scope: EncodeScope; readonly instruction: string | undefined },
): WirePart[] {
  const parts = system
    .map((part, i) => encodeText(part, { path: `system[${i}]`, scope }))
    .filter((part) => part !== undefined);
  return instruction === undefined ? parts : [...parts, { text: instruction }];
}

/** Models without instructions of their own read them at the beginning of the first turn. */
function placeSystem(
  parts: WirePart[],
  { contents, scope }: { readonly contents: readonly WireContent[]; readonly scope: EncodeScope },
): JsonObject {
  if (parts.length === 0) return {};
  if (scope.traits.systemPrompt !== false) return { systemInstruction: { parts } };
  scope.losses.add("system", "emulated");
  contents[0]?.parts.unshift(...parts);
  return {};
}

/** A cache holds instructions and tools of its own, and the API refuses others beside it. */
function withoutCached(prompt: JsonObject, { losses }: EncodeScope): JsonObject {
  if (prompt.systemInstruction !== undefined) losses.add("system", "dropped");
  if (prompt.tools !== undefined) losses.add("tools", "dropped");
  if (prompt.toolConfig !== undefined) losses.add("tool_choice", "dropped");
  return {};
}

const tiers: Readonly<Record<string, string>> = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
};

function encodeTier({ serviceTier }: NeutralRequest, { losses }: EncodeScope): JsonObject {
  // `auto` leaves the choice to the account's settings, and so does its absence.
  if (serviceTier === undefined || serviceTier === "auto") return {};
  const tier = tiers[serviceTier];
  if (tier !== undefined) return { serviceTier: tier };
  losses.add("service_tier", "dropped");
  return {};
}

function encodeExtra(request: NeutralRequest, { losses }: EncodeScope): JsonObject {
  if (request.userId !== undefined) losses.add("user", "dropped");
  if (request.promptCacheKey !== undefined) losses.add("prompt_cache_key", "dropped");
  if (request.autoCache !== undefined) losses.add("cache_control", "dropped");
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(request.extra)) {
    const name = Object.hasOwn(carriedExtras, field) ? carriedExtras[field] : undefined;
    if (name !== undefined) fields[name] = value;
    else if (carriedConfigName(field) === undefined) losses.add(field, "dropped");
  }
  return fields;
}
