import { firstIssue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer, VendorBehaviour } from "../shared/mock-server.ts";
import { answerChat } from "./answer.ts";
import { chatBody, chatChunks } from "./body.ts";
import { chatError, shapeError } from "./error.ts";
import { checkMessages } from "./message-rules.ts";
import type { ChatModel } from "./models.ts";
import { requestRules } from "./request-rules.ts";
import { type ChatRequest, compatibleRequest, vendorRequest } from "./schema.ts";

export interface ChatBehaviourOptions {
  readonly models: readonly ChatModel[];
  /** The vendor itself, not an older compatible server. */
  readonly isVendor: boolean;
}

/** The API below `/v1` for callers that were let in. */
export function chatBehaviour({
  models,
  isVendor,
}: ChatBehaviourOptions): Pick<VendorBehaviour, "check" | "answer"> {
  function check(request: RecordedRequest): VendorAnswer | undefined {
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

  return { check, answer };
}
