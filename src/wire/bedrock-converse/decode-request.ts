import type { AssistantPart, SystemPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { invalid, ObjectReader, readString } from "../read-json.ts";
import { decodeAssistantBlock, decodeBlocks, decodeText, decodeUserBlock } from "./decode-content.ts";
import { decodeNativeFields } from "./decode-native-fields.ts";
import { decodeOutputFormat, decodeTools } from "./decode-tools.ts";

const knownFields: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "system",
  "messages",
  "inferenceConfig",
  "toolConfig",
  "outputConfig",
  "serviceTier",
  "additionalModelRequestFields",
]);

/**
 * The body of a Converse call. `model` and `stream` stand in the path; the edge adds them. Throws `invalid_request` with
 * the path of the field at fault.
 */
export function decodeRequest(body: unknown): NeutralRequest {
  const reader = new ObjectReader(body, "");
  const inference = reader.optionalObject("inferenceConfig");
  const maxOutputTokens = inference?.optionalInteger("maxTokens", { min: 1 });
  const temperature = inference?.optionalNumber("temperature", { min: 0, max: 1 });
  const topP = inference?.optionalNumber("topP", { min: 0, max: 1 });
  const tier = reader.optionalObject("serviceTier")?.string("type");
  const native = decodeNativeFields(reader);
  const { choice, tools } = decodeTools(reader);
  const toolChoice = native.toolChoice ?? choice;
  const outputFormat = decodeOutputFormat(reader);
  const stream = reader.optionalBoolean("stream") ?? false;
  return {
    model: reader.optionalString("model") ?? "",
    system: decodeSystem(reader),
    messages: decodeMessages(reader),
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
    ...(native.parallelToolCalls !== undefined && { parallelToolCalls: native.parallelToolCalls }),
    ...(outputFormat !== undefined && { outputFormat }),
    ...(native.reasoning !== undefined && { reasoning: native.reasoning }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(native.topK !== undefined && { topK: native.topK }),
    stop: (inference?.optionalArray("stopSequences") ?? []).map((value, i) =>
      readString(value, `inferenceConfig.stopSequences.${i}`),
    ),
    stream,
    includeUsage: stream,
    ...(tier !== undefined && { serviceTier: tier }),
    extra: { ...reader.rest(knownFields), ...native.extra },
  };
}

function decodeSystem(reader: ObjectReader): readonly SystemPart[] {
  return decodeBlocks(reader.optionalArray("system"), {
    path: "system",
    decode: ({ name, block }): SystemPart => {
      if (name !== "text")
        return invalid(block.at(name), "is not understood here: the system prompt is text");
      return { ...decodeText(block), role: "system" };
    },
  });
}

/** Results of tools become turns of their own, before what the user said in the same turn. */
function decodeMessages(reader: ObjectReader): readonly Message[] {
  const messages: Message[] = [];
  reader.array("messages").forEach((value, i) => {
    const message = new ObjectReader(value, `messages.${i}`);
    const role = message.oneOf("role", ["user", "assistant", "system"]);
    const content = message.array("content");
    const path = message.at("content");
    if (role === "assistant") {
      const parts: readonly AssistantPart[] = decodeBlocks(content, { path, decode: decodeAssistantBlock });
      messages.push({ role, parts });
    } else if (role === "system") {
      const parts = decodeBlocks(content, { path, decode: ({ block }) => decodeText(block) });
      messages.push({ role, authority: "system", parts });
    } else messages.push(...splitUserTurn(decodeBlocks(content, { path, decode: decodeUserBlock })));
  });
  if (messages.length === 0) invalid("messages", "must hold at least one message");
  return messages;
}

function splitUserTurn(parts: readonly (UserPart | ToolResultPart)[]): Message[] {
  const results = parts.filter((part): part is ToolResultPart => part.type === "tool_result");
  const said = parts.filter((part): part is UserPart => part.type !== "tool_result");
  return [
    ...(results.length > 0 ? [{ role: "tool" as const, parts: results }] : []),
    ...(said.length > 0 ? [{ role: "user" as const, parts: said }] : []),
  ];
}
