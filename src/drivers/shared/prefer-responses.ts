import type { Driver, FormField } from "../driver.ts";

/** Which of the two APIs is called; for accounts and proxies that offer one of them only. */
export const responsesOption: FormField = {
  name: "protocol",
  label: "API",
  type: "select",
  required: false,
  default: "auto",
  values: ["auto", "responses", "chat"],
  help: "auto: the API in which the model takes most of the request.",
};

/**
 * For vendors that speak `openai-responses` and `openai-chat`. Reasoning models take tools by the first only (on the
 * second they are refused, or forget their reasoning between calls); models that do not reason take more by the second
 * (`stop`, `seed`, penalties).
 */
export const preferResponses: NonNullable<Driver["prefer"]> = ({ surface, traits, hasTools, options }) => {
  if (options.protocol === "responses") return "openai-responses";
  if (options.protocol === "chat") return "openai-chat";
  if (surface === "openai-responses" || traits.reasoning === undefined) return undefined;
  if (traits.reasoning === "none") return "openai-chat";
  return hasTools ? "openai-responses" : undefined;
};
