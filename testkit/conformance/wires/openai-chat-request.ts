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
import type { Received, ReceivedPart, ReceivedTurn } from "../model/received.ts";

/** What a Chat Completions server reads in a request. */
export function readChatRequest({ body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const messages = array(body.messages).map(object);
  const first = messages.findIndex(({ role }) => !isInstruction(role));
  const leading = messages.slice(0, first === -1 ? messages.length : first);
  return {
    model: text(body.model),
    system: leading.flatMap((message) => partsOf(message.content)).map((part) => text(part.text)),
    turns: messages.slice(leading.length).map(turnOf),
    tools: array(body.tools).map((tool) => {
      const { name, parameters } = object(object(tool).function);
      return { name: text(name), parameters };
    }),
    toolChoice: choiceOf(body.tool_choice),
    parallel: typeof body.parallel_tool_calls === "boolean" ? body.parallel_tool_calls : undefined,
    maxTokens: optionalNumber(body.max_completion_tokens) ?? optionalNumber(body.max_tokens),
    temperature: optionalNumber(body.temperature),
    stop: [body.stop ?? []].flat().map(text),
    effort: optionalText(body.reasoning_effort),
    budget: undefined,
    schema: object(object(body.response_format).json_schema).schema,
    serviceTier: optionalText(body.service_tier),
    cached: cachedPlaces(body),
  };
}

function isInstruction(role: unknown): boolean {
  return role === "system" || role === "developer";
}

function partsOf(content: unknown): readonly JsonObject[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : array(content).map(object);
}

function turnOf(message: JsonObject): ReceivedTurn {
  const { role } = message;
  if (role === "tool") {
    const said = partsOf(message.content).map((part) => text(part.text));
    return {
      role: "user",
      parts: [
        { type: "result", id: text(message.tool_call_id), text: said.join(""), isError: false, images: 0 },
      ],
    };
  }
  const parts = partsOf(message.content).map(partOf);
  if (role !== "assistant") return { role: isInstruction(role) ? "system" : "user", parts };
  const thinking = text(message.reasoning_content);
  const calls = array(message.tool_calls).map((entry): ReceivedPart => {
    const { id, function: fn } = object(entry);
    const { name, arguments: source } = object(fn);
    return { type: "call", id: text(id), name: text(name), input: parseJson(text(source)) };
  });
  return {
    role,
    parts: [...(thinking === "" ? [] : [{ type: "thinking" as const, text: thinking }]), ...parts, ...calls],
  };
}

function partOf(part: JsonObject): ReceivedPart {
  if (part.type === "image_url") {
    const url = text(object(part.image_url).url);
    return url.startsWith("data:") ? { type: "image", data: base64Of(url) } : { type: "image", url };
  }
  if (part.type === "file") return { type: "file", data: base64Of(text(object(part.file).file_data)) };
  return { type: "text", text: text(part.text) };
}

function base64Of(dataUrl: string): string {
  return dataUrl.slice(dataUrl.indexOf(",") + 1);
}

function choiceOf(choice: unknown): AskToolChoice | undefined {
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  if (!isObject(choice)) return undefined;
  const nameOf = (tool: unknown) => text(object(object(tool).function).name);
  return choice.type === "allowed_tools"
    ? { allowed: array(object(choice.allowed_tools).tools).map(nameOf) }
    : { named: nameOf(choice) };
}

function cachedPlaces(body: JsonObject): readonly string[] {
  const isMarked = (value: unknown) => object(value).cache_control !== undefined;
  const ofMessage = (message: JsonObject) => {
    const place =
      message.role === "tool" ? "result" : isInstruction(message.role) ? "system" : text(message.role);
    return [message, ...array(message.content)].filter(isMarked).map(() => place);
  };
  return [
    ...array(body.tools)
      .filter(isMarked)
      .map(() => "tool"),
    ...array(body.messages).map(object).flatMap(ofMessage),
  ];
}
