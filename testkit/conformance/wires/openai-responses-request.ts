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

/** What a Responses server reads in a request. */
export function readResponsesRequest({ body: parsed }: RecordedRequest): Received {
  const body = object(parsed);
  const { input } = body;
  const items = typeof input === "string" ? [{ role: "user", content: input }] : array(input).map(object);
  const first = items.findIndex(({ role }) => !isInstruction(role));
  const leading = items.slice(0, first === -1 ? items.length : first);
  const { format } = object(body.text);
  return {
    model: text(body.model),
    system: [
      ...(typeof body.instructions === "string" ? [body.instructions] : []),
      ...leading.flatMap(({ content }) => partsOf(content)).map((part) => text(part.text)),
    ],
    turns: turnsOf(items.slice(leading.length)),
    tools: array(body.tools).map((tool) => {
      const { name, parameters } = object(tool);
      return { name: text(name), parameters };
    }),
    toolChoice: choiceOf(body.tool_choice),
    parallel: typeof body.parallel_tool_calls === "boolean" ? body.parallel_tool_calls : undefined,
    maxTokens: optionalNumber(body.max_output_tokens),
    temperature: optionalNumber(body.temperature),
    stop: [],
    effort: optionalText(object(body.reasoning).effort),
    budget: undefined,
    schema: object(format).schema,
    serviceTier: optionalText(body.service_tier),
    cached: [],
  };
}

function isInstruction(role: unknown): boolean {
  return role === "system" || role === "developer";
}

/** What one side says between two words of the other is a turn, though every call and result is an item of its own. */
function turnsOf(items: readonly JsonObject[]): readonly ReceivedTurn[] {
  const turns: { readonly role: ReceivedTurn["role"]; readonly parts: ReceivedPart[] }[] = [];
  for (const item of items) {
    const role = roleOf(item);
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...itemParts(item));
    else turns.push({ role, parts: [...itemParts(item)] });
  }
  return turns;
}

function roleOf({ role, type }: JsonObject): ReceivedTurn["role"] {
  if (isInstruction(role)) return "system";
  if (role === "user" || text(type).endsWith("_output")) return "user";
  return "assistant";
}

function itemParts(item: JsonObject): readonly ReceivedPart[] {
  switch (item.type) {
    case "reasoning":
      return [reasoningOf(item)];
    case "function_call": {
      const { call_id: id, name, arguments: source } = item;
      return [{ type: "call", id: text(id), name: text(name), input: parseJson(text(source)) }];
    }
    case "function_call_output": {
      const inner = partsOf(item.output);
      return [
        {
          type: "result",
          id: text(item.call_id),
          text: inner.map((part) => text(part.text)).join(""),
          isError: false,
          images: inner.filter(({ type }) => type === "input_image").length,
        },
      ];
    }
    default:
      return partsOf(item.content).map(partOf);
  }
}

function reasoningOf({ summary, encrypted_content: sealed }: JsonObject): ReceivedPart {
  const thought = array(summary)
    .map((part) => text(object(part).text))
    .join("");
  return thought === "" && typeof sealed === "string"
    ? { type: "redacted", data: sealed }
    : { type: "thinking", text: thought, signature: text(sealed) };
}

function partsOf(content: unknown): readonly JsonObject[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : array(content).map(object);
}

function partOf(part: JsonObject): ReceivedPart {
  if (part.type === "input_image") {
    const url = text(part.image_url);
    return url.startsWith("data:") ? { type: "image", data: base64Of(url) } : { type: "image", url };
  }
  if (part.type === "input_file") return { type: "file", data: base64Of(text(part.file_data)) };
  return { type: "text", text: text(part.text) };
}

function base64Of(dataUrl: string): string {
  return dataUrl.slice(dataUrl.indexOf(",") + 1);
}

function choiceOf(choice: unknown): AskToolChoice | undefined {
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  if (!isObject(choice)) return undefined;
  return choice.type === "allowed_tools"
    ? { allowed: array(choice.tools).map((tool) => text(object(tool).name)) }
    : { named: text(choice.name) };
}
