import { answerChat } from "./openai-chat/answer.ts";
import { chatBody, chatChunks } from "./openai-chat/body.ts";
import { chatError, shapeError } from "./openai-chat/error.ts";
import { checkMessages } from "./openai-chat/message-rules.ts";
import { type ChatModel, compatibleModels, vendorModels } from "./openai-chat/models.ts";
import { requestRules } from "./openai-chat/request-rules.ts";
import { type ChatRequest, compatibleRequest, vendorRequest } from "./openai-chat/schema.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface OpenAiChatMockOptions {
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

  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (!isAuthorized(request)) {
      return chatError({ status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" });
    }
    if (request.method === "GET" && request.path.startsWith("/v1/models")) return undefined;
    if (request.method !== "POST" || request.path !== "/v1/chat/completions") {
      const message = `Invalid URL (${request.method} ${request.path})`;
      return chatError({ status: 404, message });
    }
    if (!request.headers.get("content-type")?.startsWith("application/json")) {
      return chatError({ message: "The request must have the content type application/json." });
    }
    if (request.body === undefined) {
      return chatError({
        message: "We could not parse the JSON body of your request.",
        code: "invalid_json",
      });
    }
    const parsed = (isVendor ? vendorRequest : compatibleRequest).safeParse(request.body);
    if (!parsed.success) return shapeError(firstIssue(parsed.error));
    return checkMeaning(parsed.data);
  }

  function checkMeaning(body: ChatRequest): VendorAnswer | undefined {
    const model = models.find(({ id }) => id === body.model);
    if (model === undefined || model.kind === "embedding") {
      const message = `The model \`${body.model}\` does not exist or you do not have access to it.`;
      return chatError({ status: 404, message, code: "model_not_found" });
    }
    const messages = checkMessages(body.messages);
    if (messages !== undefined) return messages;
    return requestRules.map((rule) => rule(body, model)).find((refusal) => refusal !== undefined);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.method === "GET") return modelsAnswer(request.path);
    const body = (isVendor ? vendorRequest : compatibleRequest).parse(request.body) satisfies ChatRequest;
    const model = models.find(({ id }) => id === body.model);
    if (model === undefined) throw new Error("an unknown model passed the check");
    const answered = answerChat({ request: body, model, showsReasoning: !isVendor });
    return body.stream === true ? { events: chatChunks(answered, body) } : { json: chatBody(answered, body) };
  }

  function modelsAnswer(path: string): VendorAnswer {
    const data = models.map(({ id }) => ({ id, object: "model", created: 1_700_000_000, owned_by: "mock" }));
    if (path === "/v1/models") return { json: { object: "list", data } };
    const id = decodeURIComponent(path.slice("/v1/models/".length));
    const found = data.find((model) => model.id === id);
    if (found !== undefined) return { json: found };
    return chatError({ status: 404, message: `The model '${id}' does not exist`, code: "model_not_found" });
  }

  return startMockServer({
    apiKey,
    behaviour: {
      check,
      answer,
      headers: () => ({ "x-request-id": `req_mock_${++count}`, "openai-version": "2020-10-01" }),
      frame: (payload) => `data: ${payload}\n\n`,
      recordedEnd: "data: [DONE]\n\n",
    },
  });
}
