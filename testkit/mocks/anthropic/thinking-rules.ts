import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { ClaudeModel } from "./models.ts";
import type { PromptRequest } from "./schema.ts";
import { isSealed, isSigned } from "./signature.ts";
import { mergeTurns } from "./turns.ts";

/** Rules about how thinking is asked for and replayed. */
export function checkThinking(request: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  return (
    form(request, model) ?? budget(request) ?? besides(request) ?? signatures(request) ?? toolLoop(request)
  );
}

function form({ thinking, output_config }: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  const effort = output_config?.effort;
  if (effort != null && !model.efforts.includes(effort)) {
    return invalid(
      model.efforts.length === 0
        ? "This model does not support the effort parameter."
        : `output_config.effort: '${effort}' is not supported for this model. Supported: ${model.efforts.join(", ")}`,
    );
  }
  if (thinking === undefined || model.thinking.includes(thinking.type)) return undefined;
  if (thinking.type === "enabled") {
    return invalid(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  return invalid(`"thinking.type.${thinking.type}" is not supported for this model.`);
}

function budget({ thinking, max_tokens }: PromptRequest): VendorAnswer | undefined {
  if (thinking?.type !== "enabled") return undefined;
  if (thinking.budget_tokens < 1024) {
    return invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
  }
  if (max_tokens === undefined || thinking.budget_tokens < max_tokens) return undefined;
  return invalid(
    "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation.",
  );
}

/** What budgeted thinking does not go together with. */
function besides(request: PromptRequest): VendorAnswer | undefined {
  if (request.thinking?.type !== "enabled") return undefined;
  const { temperature, top_p, top_k, tool_choice } = request;
  if (temperature !== undefined && temperature !== 1) {
    return invalid("`temperature` may only be set to 1 when thinking is enabled.");
  }
  if (top_p !== undefined && top_p < 0.95) {
    return invalid("`top_p` must be greater than or equal to 0.95 when thinking is enabled.");
  }
  if (top_k !== undefined) return invalid("`top_k` must be unset when thinking is enabled.");
  if (tool_choice?.type === "any" || tool_choice?.type === "tool") {
    return invalid("Thinking may not be enabled when tool_choice forces tool use.");
  }
  if (request.messages.at(-1)?.role === "assistant") {
    return invalid("Thinking may not be enabled when the conversation ends with an assistant message.");
  }
  return undefined;
}

function signatures({ messages }: PromptRequest): VendorAnswer | undefined {
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "assistant" || typeof content === "string") continue;
    for (const [position, block] of content.entries()) {
      const at = `messages.${index}.content.${position}`;
      if (block.type === "thinking" && !isSigned(block.thinking, block.signature)) {
        return invalid(`${at}: Invalid \`signature\` in \`thinking\` block`);
      }
      if (block.type === "redacted_thinking" && !isSealed(block.data)) {
        return invalid(`${at}: Invalid \`data\` in \`redacted_thinking\` block`);
      }
    }
  }
  return undefined;
}

/** While a tool loop is open, the turn that called the tools must begin with its thinking. */
function toolLoop({ thinking, messages }: PromptRequest): VendorAnswer | undefined {
  if (thinking?.type !== "enabled") return undefined;
  const turn = mergeTurns(messages).findLast(({ role }) => role === "assistant");
  if (turn?.role !== "assistant" || !turn.blocks.some(({ type }) => type === "tool_use")) return undefined;
  const first = turn.blocks[0]?.type;
  if (first === "thinking" || first === "redacted_thinking") return undefined;
  return invalid(
    `messages.${turn.index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}
