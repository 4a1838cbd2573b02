import { z } from "zod";
import { chatParts } from "./openai-chat/schema.ts";

const { fields, others, developer, userPart, compatibleAssistant } = chatParts;
const [system, user, tool] = others;

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() });
const text = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  cache_control: cacheControl.optional(),
});
const texts = z.union([z.string(), z.array(text).min(1)]);

/** One block of reasoning, as it was given out. */
const detail = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("reasoning.text"),
    text: z.string().nullish(),
    signature: z.string().nullish(),
    format: z.string(),
    id: z.string().nullish(),
    index: z.number().int(),
  }),
  z.strictObject({
    type: z.literal("reasoning.summary"),
    summary: z.string(),
    format: z.string(),
    id: z.string().nullish(),
    index: z.number().int(),
  }),
  z.strictObject({
    type: z.literal("reasoning.encrypted"),
    data: z.string(),
    format: z.string(),
    id: z.string().nullish(),
    index: z.number().int(),
  }),
]);

/** What services that pass calls on to several vendors take: cache marks in parts, reasoning in blocks. */
export const routedFields = {
  ...fields,
  cache_control: cacheControl.optional(),
  top_k: z.number().int().min(0).nullish(),
  messages: z
    .array(
      z.discriminatedUnion("role", [
        system.extend({ content: texts }),
        developer.extend({ content: texts }),
        user.extend({ content: z.union([z.string(), z.array(z.union([text, userPart])).min(1)]) }),
        tool.extend({ content: texts }),
        compatibleAssistant
          .omit({ reasoning_content: true })
          .extend({ content: texts.nullish(), reasoning_details: z.array(detail).min(1).optional() }),
      ]),
    )
    .min(1),
};

type Json = Readonly<Record<string, unknown>>;

/** Reasoning as a text and in blocks, the role in every delta, as both of these vendors write turns. */
export function routedTurn({ reasoning_content: reasoning, ...turn }: Json): Json {
  const base = { role: "assistant", ...turn };
  if (typeof reasoning !== "string") return base;
  const block = { type: "reasoning.text", text: reasoning, format: "anthropic-claude-v1", index: 0 };
  return { ...base, reasoning, reasoning_details: [block] };
}
