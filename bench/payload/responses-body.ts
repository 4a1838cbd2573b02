import type { Conversation, Turn } from "./conversation.ts";

/** The conversation as a Responses request body (JSON text), complete in itself as coding agents send it. */
export function responsesBody(options: {
  readonly conversation: Conversation;
  readonly model: string;
  readonly stream: boolean;
}): string {
  const { conversation, model, stream } = options;
  return JSON.stringify({
    model,
    instructions: conversation.system,
    input: conversation.turns.flatMap(inputItems),
    tools: conversation.tools.map((tool) => ({
      type: "function",
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters,
      strict: false,
    })),
    tool_choice: "auto",
    temperature: 0.7,
    max_output_tokens: 4096,
    store: false,
    ...(stream ? { stream: true } : {}),
  });
}

function inputItems(turn: Turn): unknown[] {
  if (turn.kind === "user") return [message("user", "input_text", turn.text)];
  if (turn.kind === "assistant") return [message("assistant", "output_text", turn.text)];
  return [
    message("assistant", "output_text", turn.text),
    { type: "function_call", call_id: turn.id, name: turn.tool, arguments: JSON.stringify(turn.input) },
    { type: "function_call_output", call_id: turn.id, output: turn.result },
  ];
}

function message(role: string, type: string, text: string): unknown {
  return { type: "message", role, content: [{ type, text }] };
}
