import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import {
  array,
  isObject,
  type JsonObject,
  object,
  optionalNumber,
  optionalText,
  text,
} from "../model/json.ts";
import type { Received, ReceivedPart, ReceivedTurn } from "../model/received.ts";

/** What an Ollama server reads in a request. */
export function readOllamaRequest({ body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const options = object(body.options);
  const messages = array(body.messages).map(object);
  const first = messages.findIndex(({ role }) => role !== "system");
  const leading = messages.slice(0, first === -1 ? messages.length : first);
  return {
    model: text(body.model),
    system: leading.map(({ content }) => text(content)),
    turns: messages.slice(leading.length).map(turnOf),
    tools: array(body.tools).map((tool) => {
      const { name, parameters } = object(object(tool).function);
      return { name: text(name), parameters };
    }),
    toolChoice: undefined,
    parallel: undefined,
    maxTokens: optionalNumber(options.num_predict),
    temperature: optionalNumber(options.temperature),
    stop: array(options.stop).map(text),
    effort: optionalText(body.think),
    budget: undefined,
    schema: isObject(body.format) ? body.format : undefined,
    serviceTier: undefined,
    cached: [],
  };
}

function turnOf(message: JsonObject): ReceivedTurn {
  const { role, content, thinking } = message;
  const images = array(message.images).map((data) => ({ type: "image" as const, data: text(data) }));
  if (role === "tool") {
    const id = text(message.tool_call_id);
    const result = {
      type: "result" as const,
      id,
      text: text(content),
      isError: false,
      images: images.length,
    };
    return { role: "user", parts: [result] };
  }
  const calls = array(message.tool_calls).map((entry): ReceivedPart => {
    const { id, function: fn } = object(entry);
    const { name, arguments: input } = object(fn);
    return { type: "call", id: text(id), name: text(name), input };
  });
  return {
    role: role === "assistant" || role === "system" ? role : "user",
    parts: [
      ...(typeof thinking === "string" ? [{ type: "thinking" as const, text: thinking }] : []),
      ...(text(content) === "" ? [] : [{ type: "text" as const, text: text(content) }]),
      ...images,
      ...calls,
    ],
  };
}
