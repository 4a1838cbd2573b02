import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { addExtraConfig, carriedConfigName, encodeConfig } from "./encode-config.ts";
import { encodeContents } from "./encode-contents.ts";
import { encodeOutput } from "./encode-output.ts";
import { encodeText } from "./encode-parts.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { encodeThinking } from "./encode-thinking.ts";
import { type EncodedTools, encodeTools } from "./encode-tools.ts";
import { carriedExtras, type WireContent, type WirePart } from "./schema.ts";

/** The tree as the body of `:generateContent` and `:streamGenerateContent`; the URL says which, and which model. */
export function encodeRequest(request: NeutralRequest, { traits, losses }: EncodeRequestOptions): string {
  const scope: EncodeScope = { traits, losses };
  const output = encodeOutput(request, scope);
  const contents = encodeContents(request.messages, scope);
  const thinkingConfig = encodeThinking(request, scope);
  const system = encodeSystem(request, { scope, instruction: output.instruction });
  const config = encodeConfig(request, scope);
  if (output.config !== undefined) Object.assign(config, output.config);
  if (thinkingConfig !== undefined) config.thinkingConfig = thinkingConfig;
  addExtraConfig(config, request);
  const systemInstruction = placeSystem(system, { contents, scope });
  const { tools, toolConfig } = encodeTools(request, scope);
  const prompt: Prompt = { systemInstruction, tools, toolConfig };
  const carried = encodeExtra(request, scope);
  if (carried.cachedContent !== undefined) dropCached(prompt, scope);
  return JSON.stringify({
    contents,
    ...(carried.cachedContent === undefined ? prompt : undefined),
    generationConfig: Object.keys(config).length > 0 ? config : undefined,
    serviceTier: encodeTier(request, scope),
    ...carried,
  });
}

/** What a cache may hold. */
interface Prompt extends EncodedTools {
  readonly systemInstruction: { readonly parts: readonly WirePart[] } | undefined;
}

function encodeSystem(
  { system }: NeutralRequest,
  { scope, instruction }: { readonly scope: EncodeScope; readonly instruction: string | undefined },
): WirePart[] {
  const parts: WirePart[] = [];
  system.forEach((part, i) => {
    const encoded = encodeText(part, { path: `system[${i}]`, scope });
    if (encoded !== undefined) parts.push(encoded);
  });
  if (instruction !== undefined) parts.push({ text: instruction });
  return parts;
}

/** Models without instructions of their own read them at the beginning of the first turn. */
function placeSystem(
  parts: WirePart[],
  { contents, scope }: { readonly contents: readonly WireContent[]; readonly scope: EncodeScope },
): Prompt["systemInstruction"] {
  if (parts.length === 0) return undefined;
  if (scope.traits.systemPrompt !== false) return { parts };
  scope.losses.add("system", "emulated");
  contents[0]?.parts.unshift(...parts);
  return undefined;
}

/** A cache holds instructions and tools of its own, and the API refuses others beside it. */
function dropCached(prompt: Prompt, { losses }: EncodeScope): void {
  if (prompt.systemInstruction !== undefined) losses.add("system", "dropped");
  if (prompt.tools !== undefined) losses.add("tools", "dropped");
  if (prompt.toolConfig !== undefined) losses.add("tool_choice", "dropped");
}

const tiers: Readonly<Record<string, string>> = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
};

function encodeTier({ serviceTier }: NeutralRequest, { losses }: EncodeScope): string | undefined {
  // `auto` leaves the choice to the account's settings, and so does its absence.
  if (serviceTier === undefined || serviceTier === "auto") return undefined;
  const tier = tiers[serviceTier];
  if (tier === undefined) losses.add("service_tier", "dropped");
  return tier;
}

function encodeExtra(request: NeutralRequest, { losses }: EncodeScope): JsonObject {
  if (request.userId !== undefined) losses.add("user", "dropped");
  if (request.promptCacheKey !== undefined) losses.add("prompt_cache_key", "dropped");
  if (request.autoCache !== undefined) losses.add("cache_control", "dropped");
  const fields: Record<string, unknown> = {};
  for (const field of Object.keys(request.extra)) {
    const name = Object.hasOwn(carriedExtras, field) ? carriedExtras[field] : undefined;
    if (name !== undefined) fields[name] = request.extra[field];
    else if (carriedConfigName(field) === undefined) losses.add(field, "dropped");
  }
  return fields;
}
