import { createHash } from "node:crypto";
import { isSigned } from "../anthropic/signature.ts";
import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { HostedModel } from "./models.ts";
import { additionalFields, type Block, type ClaudeFields, type ConverseRequest } from "./schema.ts";

type Rule = (request: ConverseRequest, model: HostedModel) => string | undefined;

/** What the API and the models behind it refuse beyond the shapes; undefined when the request is fine. */
export function checkConverse(request: ConverseRequest, model: HostedModel): VendorAnswer | undefined {
  for (const rule of rules) {
    const refusal = rule(request, model);
    if (refusal !== undefined) return invalid(refusal);
  }
  return undefined;
}

/** How the mock signs reasoning: anybody can check it, nobody guesses it. */
export function sign(text: string): string {
  return createHash("sha256").update(`signed:${text}`).digest("base64");
}

/** What a model that hides its reasoning gives instead. */
export function hide(text: string): string {
  return Buffer.from(`hidden:${text}`).toString("base64");
}

const keyOf = (block: Block) => Object.keys(block)[0];

function turns({ messages }: ConverseRequest): string | undefined {
  const said = messages.filter(({ role }) => role !== "system");
  if (said[0]?.role !== "user") return "A conversation must start with a user message.";
  const repeated = said.findIndex(({ role }, i) => i > 0 && said[i - 1]?.role === role);
  return repeated === -1 ? undefined : "A conversation must alternate between user and assistant roles.";
}

const placement: Rule = ({ messages }, model) => {
  for (const [i, { role, content }] of messages.entries()) {
    for (const [j, block] of content.entries()) {
      const key = keyOf(block) ?? "";
      const own =
        role === "assistant"
          ? ["toolUse", "reasoningContent", "citationsContent"]
          : ["toolResult", "image", "document", "audio"];
      const shared = ["text", "cachePoint", "guardContent"];
      if (![...own, ...shared].includes(key))
        return `messages.${i}.content.${j}: ${key} is not allowed for the role ${role}`;
      if (key === "cachePoint" && j === 0)
        return `messages.${i}.content.${j}: a cachePoint must follow content`;
    }
    if (role === "system" && model.claude?.systemTurns !== true)
      return "System messages between turns are not supported.";
  }
  return undefined;
};

const pairing: Rule = ({ messages, toolConfig }) => {
  const ids = new Set<string>();
  for (const [i, { content }] of messages.entries()) {
    const uses = content.flatMap((block) => ("toolUse" in block ? [block.toolUse.toolUseId] : []));
    const results = content.flatMap((block) => ("toolResult" in block ? [block.toolResult.toolUseId] : []));
    if (uses.length + results.length > 0 && toolConfig === undefined) {
      return "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
    }
    for (const id of uses)
      if (ids.size === ids.add(id).size) return `messages.${i}: toolUse ids must be unique`;
    const answered = (messages[i + 1]?.content ?? []).flatMap((b) =>
      "toolResult" in b ? [b.toolResult.toolUseId] : [],
    );
    const missing = uses.filter((id) => !answered.includes(id));
    if (missing.length > 0)
      return `Expected toolResult blocks at messages.${i + 1}.content for the following Ids: ${missing.join(", ")}`;
    const asked = (messages[i - 1]?.content ?? []).flatMap((b) =>
      "toolUse" in b ? [b.toolUse.toolUseId] : [],
    );
    if (results.some((id) => !asked.includes(id)) || results.length > asked.length) {
      return "The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.";
    }
  }
  return undefined;
};

const documents: Rule = ({ messages }) => {
  const names = new Set<string>();
  for (const { content } of messages) {
    const inside = content.flatMap((block) => ("toolResult" in block ? block.toolResult.content : []));
    const own = content.flatMap((block) => ("document" in block ? [block.document.name] : []));
    if (own.length > 0 && !content.some((block) => "text" in block))
      return "A text block is required with documents.";
    for (const name of [
      ...own,
      ...inside.flatMap((block) => ("document" in block ? [block.document.name] : [])),
    ]) {
      if (names.size === names.add(name).size) return "Document names must be unique.";
    }
  }
  return undefined;
};

const caching: Rule = ({ messages, system = [], toolConfig }, model) => {
  const tools = (toolConfig?.tools ?? []).filter((tool) => "cachePoint" in tool);
  const points = [...tools, ...system, ...messages.flatMap(({ content }) => content)].filter(
    (b) => "cachePoint" in b,
  );
  if (points.length > 0 && !model.caching)
    return "You invoked an unsupported model or your request did not allow prompt caching.";
  if (tools.length > 0 && model.family === "nova")
    return "Malformed input request: #/toolConfig/tools: extraneous key [cachePoint] is not permitted";
  if (points.length > 4) return "A maximum of 4 blocks with cache_control may be provided.";
  const short = points.findIndex((b) => "cachePoint" in b && b.cachePoint.ttl !== "1h");
  const late = points.findLastIndex((b) => "cachePoint" in b && b.cachePoint.ttl === "1h");
  return short !== -1 && late > short
    ? "a ttl='1h' cache_control block must not come after a ttl='5m' block"
    : undefined;
};

const ownFields: Rule = (request, model) => {
  const parsed = additionalFields[model.family].safeParse(request.additionalModelRequestFields ?? {});
  if (!parsed.success)
    return `Malformed input request: ${parsed.error.issues[0]?.path.join("/")}: ${parsed.error.issues[0]?.message}`;
  if (request.outputConfig?.textFormat !== undefined) {
    if (!model.structuredOutput) return "Structured output is not supported by this model.";
    JSON.parse(request.outputConfig.textFormat.structure.jsonSchema.schema);
  }
  const choice = request.toolConfig?.toolChoice;
  const forced = choice !== undefined && !("auto" in choice);
  if (forced && !model.forcedTools) return "This model doesn't support the toolConfig.toolChoice.any field.";
  const strict = (request.toolConfig?.tools ?? []).some(
    (tool) => "toolSpec" in tool && tool.toolSpec.strict === true,
  );
  return strict && !model.structuredOutput ? "strict is not supported by this model." : undefined;
};

const claudeFields: Rule = (request, model) => {
  const { claude } = model;
  if (claude === undefined) return undefined;
  const { thinking, output_config, tool_choice, top_k } = (request.additionalModelRequestFields ??
    {}) as ClaudeFields;
  const { maxTokens = claude.maxTokens, temperature, topP } = request.inferenceConfig ?? {};
  if (maxTokens > claude.maxTokens) return "The maximum tokens you requested exceeds the model limit";
  if (thinking !== undefined && !claude.thinking.includes(thinking.type))
    return `thinking.type: ${thinking.type} is not supported`;
  if (output_config !== undefined && !claude.efforts.includes(output_config.effort))
    return "output_config.effort is not supported";
  if (thinking?.type === "enabled" && thinking.budget_tokens >= maxTokens)
    return "`max_tokens` must be greater than `thinking.budget_tokens`.";
  const choice = request.toolConfig?.toolChoice;
  if (choice !== undefined && tool_choice !== undefined) return "tool_choice: set twice";
  const forced =
    (choice !== undefined && !("auto" in choice)) ||
    tool_choice?.type === "any" ||
    tool_choice?.type === "tool";
  if (forced && (thinking?.type === "enabled" || !claude.forcedTools))
    return "Thinking may not be enabled when tool_choice forces tool use.";
  const sampled = temperature !== undefined || topP !== undefined || top_k !== undefined;
  if (sampled && (!claude.sampling || thinking?.type === "enabled"))
    return "`temperature` may not be set for this model";
  if (temperature !== undefined && topP !== undefined)
    return "`temperature` and `top_p` cannot both be specified for this model.";
  const last = request.messages.at(-1);
  if (last?.role === "assistant" && (!claude.prefill || thinking?.type === "enabled"))
    return "This model does not support assistant message prefill.";
  return undefined;
};

const reasoning: Rule = ({ messages }, model) => {
  for (const { content } of messages) {
    const first = content.findIndex((block) => !("reasoningContent" in block));
    const late = content.some((block, i) => "reasoningContent" in block && first !== -1 && i > first);
    if (late && model.family === "claude") return "messages: reasoning must come first in its turn";
    for (const block of content) {
      if (!("reasoningContent" in block)) continue;
      if ("redactedContent" in block.reasoningContent) {
        const text = Buffer.from(block.reasoningContent.redactedContent, "base64").toString("utf8");
        if (!text.startsWith("hidden:")) return "Invalid `data` in redacted reasoning.";
      } else {
        const { text, signature } = block.reasoningContent.reasoningText;
        // What the Messages API signed holds here, too.
        const elsewhere = model.family === "claude" && isSigned(text, signature ?? "");
        if (!elsewhere && signature !== sign(text))
          return "messages: Invalid `signature` in `thinking` block";
      }
    }
  }
  return undefined;
};

const novaFields: Rule = (request, model) => {
  const fields = request.additionalModelRequestFields ?? {};
  const config = fields.reasoningConfig as { maxReasoningEffort?: string } | undefined;
  const high = model.family === "nova" && config?.maxReasoningEffort === "high";
  const { temperature, topP, maxTokens } = request.inferenceConfig ?? {};
  const set = [temperature, topP, maxTokens, fields.inferenceConfig].some((value) => value !== undefined);
  if (high && set) return "inferenceConfig must be unset when maxReasoningEffort is high";
  const roots = (request.toolConfig?.tools ?? []).flatMap((tool) =>
    "toolSpec" in tool ? Object.keys(tool.toolSpec.inputSchema.json) : [],
  );
  const odd = roots.find((key) => !["type", "properties", "required", "$defs"].includes(key));
  return model.family === "nova" && odd !== undefined
    ? `inputSchema.json: ${odd} is not permitted`
    : undefined;
};

const mistralIds: Rule = ({ messages }, model) => {
  if (model.family !== "mistral") return undefined;
  const ids = messages.flatMap(({ content }) =>
    content.flatMap((block) => ("toolUse" in block ? [block.toolUse.toolUseId] : [])),
  );
  return ids.some((id) => !/^[a-zA-Z0-9]{9}$/.test(id))
    ? "Tool call id has to be defined in 9 alphanumerics"
    : undefined;
};

const rules: readonly Rule[] = [
  turns,
  placement,
  pairing,
  documents,
  caching,
  ownFields,
  claudeFields,
  reasoning,
  novaFields,
  mistralIds,
];
