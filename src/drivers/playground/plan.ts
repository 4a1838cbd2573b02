import type { NeutralRequest } from "../../wire/neutral/request.ts";
import { answerText } from "./answer-text.ts";
import { type CallableTool, chooseTools } from "./choose-tools.ts";
import { lastUserText } from "./conversation.ts";
import { digestOf } from "./digest.ts";
import { instanceOfSchema } from "./instance-of-schema.ts";

/** What the simulation will say, before limits and stop sequences cut it. */
export interface Plan {
  /** Names the answer; the same for equal requests. */
  readonly id: string;
  readonly parts: readonly PlannedPart[];
}

export type PlannedPart =
  | { readonly type: "thinking"; readonly text: string; readonly shown: boolean }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_call";
      readonly id: string;
      readonly name: string;
      readonly kind: "function" | "custom";
      readonly text: string;
    };

/** Depends on the request alone, and not on whether it is streamed. */
export function planAnswer(request: NeutralRequest): Plan {
  const { stream: _, includeUsage: __, ...asked } = request;
  const id = digestOf(asked).slice(0, 24);
  const tools = chooseTools(request);
  const thinking: readonly PlannedPart[] = reasons(request)
    ? [{ type: "thinking", text: thoughts(request, tools), shown: request.reasoning?.display !== "omitted" }]
    : [];
  if (tools.length === 0) return { id, parts: [...thinking, { type: "text", text: answerText(request) }] };
  const calls = tools.map((tool, index) => ({
    type: "tool_call" as const,
    id: `call_${digestOf([id, index]).slice(0, 24)}`,
    name: tool.name,
    kind: tool.kind,
    text: argumentsFor(tool, request),
  }));
  return { id, parts: [...thinking, ...calls] };
}

function reasons({ reasoning }: NeutralRequest): boolean {
  if (reasoning === undefined || reasoning.mode === "disabled" || reasoning.effort === "none") return false;
  return (
    reasoning.mode !== undefined || reasoning.effort !== undefined || reasoning.budgetTokens !== undefined
  );
}

function thoughts(request: NeutralRequest, tools: readonly CallableTool[]): string {
  const names = tools.map(({ name }) => name).join(", ");
  const next = tools.length > 0 ? `A tool can help: ${names}.` : "An answer can be given at once.";
  return `(Simulated reasoning.) The last message has ${lastUserText(request).length} characters. ${next}`;
}

function argumentsFor(tool: CallableTool, request: NeutralRequest): string {
  if (tool.kind === "custom") return lastUserText(request);
  const value = instanceOfSchema(tool.parameters ?? { type: "object" });
  return JSON.stringify(typeof value === "object" && value !== null ? value : {});
}
