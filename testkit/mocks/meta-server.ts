import { chatError } from "./openai-chat/error.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { type OpenAiMockOptions, startOpenAiMock } from "./openai-server.ts";
import type { MockVendor, VendorAnswer } from "./shared/mock-server.ts";

const muse: ChatModel = {
  id: "muse-spark-1.1",
  efforts: ["minimal", "low", "medium", "high", "xhigh"],
  defaultEffort: "medium",
  context: 1_048_576,
  lenient: true,
};

/** Meta's own rules: no stop sequences, no choice of tools but `auto`. */
function refuseBody(body: Readonly<Record<string, unknown>>): VendorAnswer | undefined {
  if (body.stop !== undefined)
    return chatError({ message: "stop sequences are not supported.", param: "stop" });
  const { tool_choice: choice } = body;
  if (choice === undefined || choice === null || choice === "auto") return undefined;
  return chatError({ message: "Only tool_choice 'auto' is supported.", param: "tool_choice" });
}

/** Starts a strict server of Meta's Model API at `{url}/v1`. */
export function startMetaMock(options: OpenAiMockOptions = {}): MockVendor {
  return startOpenAiMock({ models: [muse], refuseBody, ...options });
}
