import { chatError, unsupported } from "../openai-chat/error.ts";
import type { ChatModel } from "../openai-chat/models.ts";
import { strictProblem } from "../openai-chat/request-rules.ts";
import type { VendorAnswer } from "../shared/mock-server.ts";
import { tokensOf } from "../shared/token-count.ts";
import { issuedId } from "./encrypted.ts";
import type { ResponsesItem, ResponsesRequest } from "./schema.ts";

/** A request with what the vendor keeps of earlier turns in front. */
export interface Conversation {
  readonly request: ResponsesRequest;
  /** The items of the request itself. */
  readonly sent: readonly ResponsesItem[];
  readonly items: readonly ResponsesItem[];
  readonly model: ChatModel;
  /** Whose reasoning it takes; any's of the mock unless told. */
  readonly account?: string | undefined;
}

type Rule = (conversation: Conversation) => VendorAnswer | undefined;

/** Fields and items that contradict each other or the model. */
export const responsesRules: readonly Rule[] = [
  pairing,
  reasoningItems,
  toolFields,
  effort,
  encryptedContent,
  sampling,
  jsonObject,
  strictSchemas,
  contextLength,
];

function pairing({ items }: Conversation): VendorAnswer | undefined {
  const open = new Map<string, string>();
  for (const item of items) {
    if (!("type" in item)) continue;
    if (item.type === "function_call" || item.type === "custom_tool_call") open.set(item.call_id, item.type);
    if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
      const wanted = item.type.replace("_output", "");
      if (open.get(item.call_id) !== wanted) {
        const kind = wanted.replace("_", " ");
        return chatError({
          message: `No tool call found for ${kind} output with call_id ${item.call_id}.`,
          param: "input",
        });
      }
      open.delete(item.call_id);
    }
  }
  const [left] = open.keys();
  if (left === undefined) return undefined;
  return chatError({ message: `No tool output found for function call ${left}.`, param: "input" });
}

function reasoningItems({ sent: items, account }: Conversation): VendorAnswer | undefined {
  for (const [index, item] of items.entries()) {
    if (!("type" in item) || item.type !== "reasoning") continue;
    const id = item.id ?? "";
    if (item.encrypted_content == null) {
      const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`;
      return chatError({ status: 404, message, param: "input" });
    }
    const issued = issuedId(item.encrypted_content, account);
    if (issued === undefined || (item.id !== undefined && issued !== item.id)) {
      return chatError({
        message: `The encrypted content for item ${id} could not be verified.`,
        code: "invalid_encrypted_content",
      });
    }
    const next = items[index + 1];
    const produced =
      next !== undefined &&
      ("role" in next
        ? next.role === "assistant"
        : /^(?:function_call|custom_tool_call|reasoning)$/.test(next.type));
    if (!produced) {
      return chatError({
        message: `Item '${id}' of type 'reasoning' was provided without its required following item.`,
        param: "input",
      });
    }
  }
  return undefined;
}

function toolFields({ request }: Conversation): VendorAnswer | undefined {
  const choice = request.tool_choice;
  const tools = request.tools ?? [];
  if (tools.length === 0 && choice !== undefined && choice !== "none" && choice !== "auto") {
    return chatError({
      message: "Tool choice is only allowed when 'tools' are specified.",
      param: "tool_choice",
    });
  }
  if (choice === undefined || typeof choice === "string") return undefined;
  const known = new Set(tools.map((tool) => ("name" in tool ? `${tool.type} ${tool.name}` : tool.type)));
  const wanted = choice.type === "allowed_tools" ? choice.tools : [choice];
  const missing = wanted.find((tool) => !known.has("name" in tool ? `${tool.type} ${tool.name}` : tool.type));
  if (missing === undefined) return undefined;
  return chatError({ message: "Tool choice not found in 'tools' parameter.", param: "tool_choice" });
}

function effort({ request, model }: Conversation): VendorAnswer | undefined {
  const { reasoning } = request;
  if (reasoning == null) return undefined;
  const asked = reasoning.effort;
  if (model.efforts === undefined) {
    return asked == null && reasoning.summary == null ? undefined : unsupported("reasoning.effort", model.id);
  }
  if (asked == null || model.efforts.includes(asked)) return undefined;
  return chatError({
    message: `Unsupported value: '${asked}' is not supported with the '${model.id}' model.`,
    param: "reasoning.effort",
    code: "unsupported_value",
  });
}

function encryptedContent({ request, model }: Conversation): VendorAnswer | undefined {
  if (model.efforts !== undefined || !request.include?.includes("reasoning.encrypted_content"))
    return undefined;
  return chatError({ message: "Encrypted content is not supported with this model.", param: "include" });
}

/** The effort the model works with. */
export function effortOf({ request, model }: Conversation): string {
  return request.reasoning?.effort ?? model.defaultEffort ?? "none";
}

function sampling(conversation: Conversation): VendorAnswer | undefined {
  const { request, model } = conversation;
  if (model.efforts === undefined || effortOf(conversation) === "none") return undefined;
  const found = (["temperature", "top_p"] as const).find(
    (param) => request[param] != null && request[param] !== 1,
  );
  return found === undefined ? undefined : unsupported(found, model.id);
}

function jsonObject({ request, items }: Conversation): VendorAnswer | undefined {
  if (request.text?.format?.type !== "json_object") return undefined;
  if (/json/i.test(JSON.stringify(items) + (request.instructions ?? ""))) return undefined;
  const message =
    "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.";
  return chatError({ message, param: "input" });
}

function strictSchemas({ request }: Conversation): VendorAnswer | undefined {
  const { format } = request.text ?? {};
  const schemas = [
    ...(format?.type === "json_schema" && format.strict === true ? [format.schema] : []),
    // Absent counts as strict here, unlike in chat completions; the request's schema demands the field.
    ...(request.tools ?? []).flatMap((tool) =>
      tool.type === "function" && "strict" in tool && tool.strict !== false ? [tool.parameters] : [],
    ),
  ];
  const problem = schemas
    .map((schema) => strictProblem(schema ?? {}, true))
    .find((text) => text !== undefined);
  return problem === undefined
    ? undefined
    : chatError({ message: `Invalid schema: ${problem}`, code: "invalid_function_parameters" });
}

function contextLength({ items, model }: Conversation): VendorAnswer | undefined {
  if (tokensOf(items) <= model.context) return undefined;
  return chatError({
    message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
    param: "input",
    code: "context_length_exceeded",
  });
}
