import type { Driver } from "../driver.ts";

/**
 * For vendors that speak `openai-responses` and `openai-chat`. Reasoning models take tools by the first only (on the
 * second they are refused, or forget their reasoning between calls); models that do not reason take more by the second
 * (`stop`, `seed`, penalties).
 */
export const preferResponses: NonNullable<Driver["prefer"]> = ({ surface, traits, hasTools }) => {
  if (surface === "openai-responses" || traits.reasoning === undefined) return undefined;
  if (traits.reasoning === "none") return "openai-chat";
  return hasTools ? "openai-responses" : undefined;
};
