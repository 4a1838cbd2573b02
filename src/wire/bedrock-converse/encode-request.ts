import { CacheBreakpoints } from "../anthropic-messages/cache-breakpoints.ts";
import { encodeOutput } from "../anthropic-messages/encode-output.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { CachePoints } from "./cache-points.ts";
import { DocumentNames } from "./document-names.ts";
import { encodeText } from "./encode-content.ts";
import { encodeControls } from "./encode-controls.ts";
import { encodeHostFields } from "./encode-host-fields.ts";
import { encodeMessages, settleLastTurn } from "./encode-messages.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { encodeTools } from "./encode-tools.ts";
import type { ConverseBody, WireBlock } from "./schema.ts";

/** The tree to the JSON text of a Converse call; the path says model and kind. */
export function encodeRequest(
  request: NeutralRequest,
  { traits, losses, betas = [] }: EncodeRequestOptions,
): string {
  const scope: EncodeScope = {
    traits,
    losses,
    points: new CachePoints(losses, traits),
    names: new DocumentNames(),
  };
  const output = encodeOutput(request, { traits, losses, breakpoints: new CacheBreakpoints(losses) });
  const messages = encodeMessages(request.messages, scope);
  const controls = encodeControls(request, { messages, scope });
  settleLastTurn(messages, { prefill: traits.prefill !== false && !controls.budgeted, scope });
  const tools = encodeTools(request, {
    scope,
    output,
    forceable: traits.forcedToolChoice !== false && !controls.budgeted,
  });
  const system = encodeSystem(request, { scope, instructions: [output.instruction, tools.instruction] });
  const last = messages.at(-1);
  if (request.autoCache !== undefined && last !== undefined) {
    losses.add("cache_control", "emulated");
    scope.points.mark(last.content, { cache: request.autoCache, path: "" });
  }
  scope.points.settle({ tools: tools.tools, system, messages });
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) losses.add("stop", "dropped");
  const { maxTokens, temperature, topP } = controls.inference;
  const inference = { maxTokens, temperature, topP, stopSequences: stop.length > 0 ? stop : undefined };
  const host = encodeHostFields(request, {
    scope,
    betas,
    additional: { ...controls.additional, ...tools.additional },
    readStopSequence: stop.length > 0,
  });
  const body: ConverseBody = {
    system: system.length > 0 ? system : undefined,
    messages,
    inferenceConfig: isSet(inference) ? inference : undefined,
    toolConfig: tools.tools.length > 0 ? { tools: tools.tools, toolChoice: tools.choice } : undefined,
    outputConfig:
      output.format === undefined ? undefined : { textFormat: textFormat(request, output.format.schema) },
    ...host,
  };
  return JSON.stringify(body);
}

function isSet(fields: object): boolean {
  return Object.values(fields).some((value) => value !== undefined);
}

function encodeSystem(
  request: NeutralRequest,
  {
    scope,
    instructions,
  }: { readonly scope: EncodeScope; readonly instructions: readonly (string | undefined)[] },
): WireBlock[] {
  const system: WireBlock[] = [];
  request.system.forEach((part, i) => {
    const path = `system[${i}]`;
    const block = encodeText(part, { path, scope });
    if (block === undefined) {
      if (part.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
      return;
    }
    system.push(block);
    if (part.cache !== undefined) scope.points.mark(system, { cache: part.cache, path });
  });
  for (const text of instructions) if (text !== undefined) system.push({ text });
  return system;
}

/** The schema travels as text inside the JSON. */
function textFormat({ outputFormat }: NeutralRequest, schema: unknown): object {
  const { name, description } = outputFormat?.type === "json_schema" ? outputFormat : {};
  const jsonSchema = {
    schema: JSON.stringify(isObject(schema) ? schema : {}),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
  return { type: "json_schema", structure: { jsonSchema } };
}
