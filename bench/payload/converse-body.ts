import type { Conversation, Turn } from "./conversation.ts";

/** The conversation as a Converse request body (JSON text). */
export function converseBody(conversation: Conversation): string {
  return JSON.stringify({
    system: [{ text: conversation.system }],
    messages: conversation.turns.flatMap(converseMessages),
    inferenceConfig: { maxTokens: 4096, temperature: 0.7 },
    toolConfig: {
      tools: conversation.tools.map((tool) => ({
        toolSpec: {
          name: tool.name,
          description: tool.description,
          inputSchema: { json: tool.parameters },
        },
      })),
      toolChoice: { auto: {} },
    },
  });
}

function converseMessages(turn: Turn): unknown[] {
  if (turn.kind !== "tool") return [{ role: turn.kind, content: [{ text: turn.text }] }];
  const { id: toolUseId, tool: name, input } = turn;
  return [
    { role: "assistant", content: [{ text: turn.text }, { toolUse: { toolUseId, name, input } }] },
    { role: "user", content: [{ toolResult: { toolUseId, content: [{ text: turn.result }] } }] },
  ];
}
