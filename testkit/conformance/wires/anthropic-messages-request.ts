import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import type { AskToolChoice } from "../model/ask.ts";
import { array, type JsonObject, object, optionalNumber, optionalText, text } from "../model/json.ts";
import type { Received, ReceivedPart } from "../model/received.ts";

/** What a Messages server reads in a request. */
export function readMessagesRequest({ body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const choice = object(body.tool_choice);
  const output = object(body.output_config);
  return {
    model: text(body.model),
    system: blocksOf(body.system).map((block) => text(block.text)),
    turns: array(body.messages)
      .map(object)
      .map(({ role, content }) => ({
        role: role === "assistant" || role === "system" ? role : "user",
        parts: blocksOf(content).map(partOf),
      })),
    tools: array(body.tools)
      .map(object)
      .map(({ name, input_schema: parameters }) => ({ name: text(name), parameters })),
    toolChoice: choiceOf(choice),
    parallel:
      typeof choice.disable_parallel_tool_use === "boolean" ? !choice.disable_parallel_tool_use : undefined,
    maxTokens: optionalNumber(body.max_tokens),
    temperature: optionalNumber(body.temperature),
    stop: array(body.stop_sequences).map(text),
    effort: optionalText(output.effort),
    budget: optionalNumber(object(body.thinking).budget_tokens),
    schema: object(output.format).schema,
    serviceTier: optionalText(body.service_tier),
    cached: cachedPlaces(body),
  };
}

function blocksOf(content: unknown): readonly JsonObject[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : array(content).map(object);
}

function partOf(block: JsonObject): ReceivedPart {
  const source = object(block.source);
  switch (block.type) {
    case "image":
      return source.type === "url"
        ? { type: "image", url: text(source.url) }
        : { type: "image", data: text(source.data) };
    case "document":
      return { type: "file", data: text(source.data) };
    case "thinking":
      return { type: "thinking", text: text(block.thinking), signature: text(block.signature) };
    case "redacted_thinking":
      return { type: "redacted", data: text(block.data) };
    case "tool_use":
      return { type: "call", id: text(block.id), name: text(block.name), input: block.input };
    case "tool_result": {
      const inner = blocksOf(block.content);
      return {
        type: "result",
        id: text(block.tool_use_id),
        text: inner.map((part) => text(part.text)).join(""),
        isError: block.is_error === true,
        images: inner.filter(({ type }) => type === "image").length,
      };
    }
    default:
      return { type: "text", text: text(block.text) };
  }
}

function choiceOf({ type, name }: JsonObject): AskToolChoice | undefined {
  if (type === "any") return "required";
  if (type === "auto" || type === "none") return type;
  return type === "tool" ? { named: text(name) } : undefined;
}

function cachedPlaces(body: JsonObject): readonly string[] {
  const marked = (values: readonly JsonObject[], place: (value: JsonObject) => string) =>
    values.filter((value) => value.cache_control !== undefined).map(place);
  return [
    ...marked(array(body.tools).map(object), () => "tool"),
    ...marked(blocksOf(body.system), () => "system"),
    ...array(body.messages)
      .map(object)
      .flatMap(({ role, content }) =>
        blocksOf(content).flatMap((block) => {
          const result = block.type === "tool_result";
          return marked([block, ...(result ? blocksOf(block.content) : [])], () =>
            result ? "result" : text(role),
          );
        }),
      ),
  ];
}
