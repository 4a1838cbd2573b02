import { chatBehaviour } from "./openai-chat/behaviour.ts";
import { chatError } from "./openai-chat/error.ts";
import { type ChatModel, compatibleModels, vendorModels } from "./openai-chat/models.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface OpenAiChatMockOptions {
  /** Where it listens; a free port of the loopback interface unless told. */
  readonly listen?: Listen | undefined;
  /** The key it accepts; a fixed one unless told. */
  readonly apiKey?: string;
  /** `openai` (the default) is the vendor itself; `compatible` is an older server that shows its reasoning. */
  readonly dialect?: "openai" | "compatible";
  readonly models?: readonly ChatModel[];
  /** Where the key is expected; `authorization` with `Bearer ` unless told. `none`: no key is asked for. */
  readonly auth?: "none" | { readonly header: string; readonly prefix: string } | { readonly query: string };
}

/** Starts a strict server of the Chat Completions API at `{url}/v1`. */
export function startOpenAiChatMock(options: OpenAiChatMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "sk-mock-0123456789abcdef";
  const isVendor = options.dialect !== "compatible";
  const models = options.models ?? (isVendor ? vendorModels : compatibleModels);
  const auth = options.auth ?? { header: "authorization", prefix: "Bearer " };
  let count = 0;

  function isAuthorized(request: RecordedRequest): boolean {
    if (auth === "none") return true;
    if ("query" in auth) return request.query.get(auth.query) === apiKey;
    return request.headers.get(auth.header) === auth.prefix + apiKey;
  }

  const chat = chatBehaviour({ models, isVendor });

  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (isAuthorized(request)) return chat.check(request);
    return chatError({ status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" });
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer: chat.answer,
      headers: () => ({ "x-request-id": `req_mock_${++count}`, "openai-version": "2020-10-01" }),
      frame: (payload) => `data: ${payload}\n\n`,
      recordedEnd: "data: [DONE]\n\n",
    },
  });
}
