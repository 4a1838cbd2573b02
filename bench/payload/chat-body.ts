import type { Conversation, Turn } from "./conversation.ts";

/** The conversation as a chat completions request body (JSON text). */
export function chatBody(options: {
  readonly conversation: Conversation;
  readonly model: string;
  readonly stream: boolean;
}): string {
  const { conversation, model, stream } = options;
  return JSON.stringify({
    model,
    messages: [{ role: "system", content: conversation.system }, ...conversation.turns.flatMap(chatMessages)],
    tools: conversation.tools.map((tool) => ({
      type: "function",
      function: { name: tool.name, description: tool.description, parameters: tool.parameters },
    })),
    tool_choice: "auto",
    temperature: 0.7,
    max_tokens: 4096,
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
}

function chatMessages(turn: Turn): unknown[] {
  if (turn.kind !== "tool") return [{ role: turn.kind, content: turn.text }];
  return [
    {
      role: "assistant",
      content: turn.text,
      tool_calls: [
        {
          id: turn.id,
          type: "function",
          function: { name: turn.tool, arguments: JSON.stringify(turn.input) },
        },
      ],
    },
    { role: "tool", tool_call_id: turn.id, content: turn.result },
  ];
}
