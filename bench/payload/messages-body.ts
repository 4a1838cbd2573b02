import type { Conversation, Turn } from "./conversation.ts";

/** The conversation as a Messages request body (JSON text). */
export function messagesBody(options: {
  readonly conversation: Conversation;
  readonly model: string;
  readonly stream: boolean;
}): string {
  const { conversation, model, stream } = options;
  return JSON.stringify({
    model,
    max_tokens: 4096,
    system: conversation.system,
    messages: conversation.turns.flatMap(messagesMessages),
    tools: conversation.tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      input_schema: tool.parameters,
    })),
    tool_choice: { type: "auto" },
    temperature: 0.7,
    ...(stream ? { stream: true } : {}),
  });
}

function messagesMessages(turn: Turn): unknown[] {
  if (turn.kind !== "tool") return [{ role: turn.kind, content: turn.text }];
  return [
    {
      role: "assistant",
      content: [
        { type: "text", text: turn.text },
        { type: "tool_use", id: turn.id, name: turn.tool, input: turn.input },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: turn.id, content: turn.result }] },
  ];
}
