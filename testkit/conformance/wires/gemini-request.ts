import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { AskToolChoice } from "../model/ask.ts";
import {
  array,
  isObject,
  type JsonObject,
  object,
  optionalNumber,
  optionalText,
  text,
} from "../model/json.ts";
import type { Received, ReceivedPart } from "../model/received.ts";

/** What a Gemini server reads in a request. */
export function readGeminiRequest({ path, body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const config = object(body.generationConfig);
  const thinking = object(config.thinkingConfig);
  return {
    model: decodeURIComponent(/\/models\/([^:]+):/.exec(path)?.[1] ?? ""),
    system: array(object(body.systemInstruction).parts).map((part) => text(object(part).text)),
    turns: array(body.contents)
      .map(object)
      .map(({ role, parts }) => ({
        role: role === "model" ? "assistant" : "user",
        parts: array(parts).map(object).map(partOf),
      })),
    tools: array(body.tools)
      .flatMap((tool) => array(object(tool).functionDeclarations))
      .map(object)
      .map(({ name, parameters, parametersJsonSchema }) => ({
        name: text(name),
        parameters: parametersJsonSchema ?? parameters,
      })),
    toolChoice: choiceOf(object(object(body.toolConfig).functionCallingConfig)),
    parallel: undefined,
    maxTokens: optionalNumber(config.maxOutputTokens),
    temperature: optionalNumber(config.temperature),
    stop: array(config.stopSequences).map(text),
    effort: optionalText(thinking.thinkingLevel)?.toLowerCase(),
    budget: optionalNumber(thinking.thinkingBudget),
    schema: config.responseJsonSchema ?? config.responseSchema,
    // There is no word for it: it is what the vendor does untold.
    serviceTier: optionalText(body.serviceTier) ?? "auto",
    cached: [],
  };
}

function partOf(part: JsonObject): ReceivedPart {
  const { functionCall, functionResponse, inlineData, fileData, thoughtSignature: signature } = part;
  if (isObject(functionCall)) {
    const { id, name, args } = functionCall;
    return {
      type: "call",
      id: text(id),
      name: text(name),
      input: args ?? {},
      ...(typeof signature === "string" && { signature }),
    };
  }
  if (isObject(functionResponse)) return resultOf(functionResponse);
  if (isObject(inlineData)) {
    const data = text(inlineData.data);
    return text(inlineData.mimeType).startsWith("image/") ? { type: "image", data } : { type: "file", data };
  }
  if (isObject(fileData)) return { type: "image", url: text(fileData.fileUri) };
  const said = text(part.text);
  if (part.thought === true) return { type: "thinking", text: said };
  return { type: "text", text: said, ...(typeof signature === "string" && { signature }) };
}

/** The vendor reads `output` as what the function gave, and `error` as why it failed. */
function resultOf({ id, response, parts }: JsonObject): ReceivedPart {
  const { output, error } = object(response);
  const said = error ?? output ?? response;
  return {
    type: "result",
    id: text(id),
    text: typeof said === "string" ? said : JSON.stringify(said),
    isError: error !== undefined,
    images: array(parts).filter((part) => isObject(object(part).inlineData)).length,
  };
}

function choiceOf({ mode, allowedFunctionNames }: JsonObject): AskToolChoice | undefined {
  const names = array(allowedFunctionNames).map(text);
  const [only] = names;
  if (mode === "ANY" && only !== undefined) return names.length === 1 ? { named: only } : { allowed: names };
  if (mode === "VALIDATED" && only !== undefined) return { allowed: names };
  if (mode === "ANY") return "required";
  if (mode === "NONE") return "none";
  return mode === undefined ? undefined : "auto";
}
