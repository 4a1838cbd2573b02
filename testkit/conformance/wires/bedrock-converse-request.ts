import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { AskToolChoice } from "../model/ask.ts";
import {
  array,
  isObject,
  type JsonObject,
  object,
  optionalNumber,
  optionalText,
  parseJson,
  text,
} from "../model/json.ts";
import type { Received, ReceivedPart } from "../model/received.ts";
import { modelOfPath } from "./bedrock-path.ts";

/** What Converse and the models behind it read in a request. */
export function readConverseRequest({ path, body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const limits = object(body.inferenceConfig);
  const native = object(body.additionalModelRequestFields);
  const nativeChoice = object(native.tool_choice);
  const { structure } = object(object(body.outputConfig).textFormat);
  return {
    model: modelOfPath(path),
    system: blocksOf(body.system).flatMap((block) => ("text" in block ? [text(block.text)] : [])),
    turns: array(body.messages)
      .map(object)
      .map(({ role, content }) => ({
        role: role === "assistant" || role === "system" ? role : "user",
        parts: blocksOf(content)
          .filter(({ cachePoint }) => cachePoint === undefined)
          .map(partOf),
      })),
    tools: toolsOf(body)
      .filter(({ toolSpec }) => isObject(toolSpec))
      .map(({ toolSpec }) => object(toolSpec))
      .map(({ name, inputSchema }) => ({ name: text(name), parameters: object(inputSchema).json })),
    toolChoice: choiceOf(object(object(body.toolConfig).toolChoice)) ?? nativeChoiceOf(nativeChoice),
    parallel:
      typeof nativeChoice.disable_parallel_tool_use === "boolean"
        ? !nativeChoice.disable_parallel_tool_use
        : undefined,
    maxTokens: optionalNumber(limits.maxTokens),
    temperature: optionalNumber(limits.temperature),
    stop: array(limits.stopSequences).map(text),
    effort: optionalText(object(native.output_config).effort),
    budget: optionalNumber(object(native.thinking).budget_tokens),
    schema: parseJson(text(object(object(structure).jsonSchema).schema)),
    // There is no word for it: it is what the vendor does untold.
    serviceTier: optionalText(object(body.serviceTier).type) ?? "auto",
    cached: cachedPlaces(body),
  };
}

function blocksOf(content: unknown): readonly JsonObject[] {
  return array(content).map(object);
}

function toolsOf(body: JsonObject): readonly JsonObject[] {
  return array(object(body.toolConfig).tools).map(object);
}

function partOf(block: JsonObject): ReceivedPart {
  const { image, document, toolUse, toolResult, reasoningContent } = block;
  if (isObject(image)) return { type: "image", data: text(object(image.source).bytes) };
  if (isObject(document)) return { type: "file", data: text(object(document.source).bytes) };
  if (isObject(toolUse)) {
    const { toolUseId, name, input } = toolUse;
    return { type: "call", id: text(toolUseId), name: text(name), input };
  }
  if (isObject(toolResult)) {
    const inner = blocksOf(toolResult.content);
    return {
      type: "result",
      id: text(toolResult.toolUseId),
      text: inner.map((part) => text(part.text)).join(""),
      isError: toolResult.status === "error",
      images: inner.filter((part) => isObject(part.image)).length,
    };
  }
  if (isObject(reasoningContent)) {
    const { reasoningText, redactedContent } = reasoningContent;
    if (redactedContent !== undefined) return { type: "redacted", data: text(redactedContent) };
    const { text: thought, signature } = object(reasoningText);
    return { type: "thinking", text: text(thought), signature: text(signature) };
  }
  return { type: "text", text: text(block.text) };
}

function choiceOf({ auto, any, tool }: JsonObject): AskToolChoice | undefined {
  if (any !== undefined) return "required";
  if (auto !== undefined) return "auto";
  return tool === undefined ? undefined : { named: text(object(tool).name) };
}

/** Claude's own word for it, where the API has none. */
function nativeChoiceOf({ type, name }: JsonObject): AskToolChoice | undefined {
  if (type === "any") return "required";
  if (type === "auto" || type === "none") return type;
  return type === "tool" ? { named: text(name) } : undefined;
}

/** A cache point stands behind what it marks. */
function cachedPlaces(body: JsonObject): readonly string[] {
  const isPoint = ({ cachePoint }: JsonObject) => cachePoint !== undefined;
  const points = (blocks: readonly JsonObject[], place: (before: JsonObject) => string) =>
    blocks.flatMap((block, i) => (isPoint(block) ? [place(blocks[i - 1] ?? {})] : []));
  return [
    ...points(toolsOf(body), () => "tool"),
    ...points(blocksOf(body.system), () => "system"),
    ...array(body.messages)
      .map(object)
      .flatMap(({ role, content }) =>
        points(blocksOf(content), ({ toolResult }) => (toolResult === undefined ? text(role) : "result")),
      ),
  ];
}
