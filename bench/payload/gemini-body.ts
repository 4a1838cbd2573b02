import type { Conversation, Turn } from "./conversation.ts";

/** The conversation as a generateContent request body (JSON text). */
export function geminiBody(conversation: Conversation): string {
  return JSON.stringify({
    contents: conversation.turns.flatMap(contents),
    systemInstruction: { parts: [{ text: conversation.system }] },
    tools: [
      {
        functionDeclarations: conversation.tools.map((tool) => ({
          name: tool.name,
          description: tool.description,
          parameters: tool.parameters,
        })),
      },
    ],
    toolConfig: { functionCallingConfig: { mode: "AUTO" } },
    generationConfig: { maxOutputTokens: 4096, temperature: 0.7 },
  });
}

function contents(turn: Turn): unknown[] {
  if (turn.kind === "user") return [{ role: "user", parts: [{ text: turn.text }] }];
  if (turn.kind === "assistant") return [{ role: "model", parts: [{ text: turn.text }] }];
  const { id, tool: name, input: args } = turn;
  return [
    { role: "model", parts: [{ text: turn.text }, { functionCall: { id, name, args } }] },
    { role: "user", parts: [{ functionResponse: { id, name, response: { output: turn.result } } }] },
  ];
}
