import type { z } from "zod";
import { firstIssue, type Issue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer, VendorBehaviour } from "../shared/mock-server.ts";
import { answerChat } from "./answer.ts";
import { chatBody, chatChunks } from "./body.ts";
import { answerEmbeddings, checkEmbeddings } from "./embeddings.ts";
import { chatError, shapeError } from "./error.ts";
import { checkMessages } from "./message-rules.ts";
import type { ChatModel } from "./models.ts";
import { requestRules } from "./request-rules.ts";
import { type ChatRequest, compatibleRequest, vendorRequest } from "./schema.ts";

export interface ChatBehaviourOptions {
  readonly models: readonly ChatModel[];
  /** The vendor itself, not an older compatible server. */
  readonly isVendor: boolean;
  /** What it takes; absent: what the vendor or a compatible server takes. Must read a `ChatRequest`. */
  readonly request?: z.ZodType;
  /** How a body that is not of that form is refused; absent: as the vendor does. */
  readonly refuse?: (issue: Issue) => VendorAnswer;
  /** Streams tell usage without being asked. */
  readonly alwaysUsage?: boolean;
  /** The id of the model behind a name of another form. */
  readonly modelBehind?: (name: string) => string;
}

/** The API below `/v1` for callers that were let in. */
export function chatBehaviour({
  models,
  isVendor,
  request: schema = isVendor ? vendorRequest : compatibleRequest,
  refuse = shapeError,
  alwaysUsage = false,
  modelBehind = (name) => name,
}: ChatBehaviourOptions): Pick<VendorBehaviour, "check" | "answer"> {
  const find = (name: string) => models.find(({ id }) => id === modelBehind(name));

  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (request.method === "GET" && request.path.startsWith("/v1/models")) return undefined;
    const embeds = request.path === "/v1/embeddings";
    if (request.method !== "POST" || (request.path !== "/v1/chat/completions" && !embeds)) {
      const message = `Invalid URL (${request.method} ${request.path})`;
      return chatError({ status: 404, message });
    }
    if (!request.headers.get("content-type")?.startsWith("application/json")) {
      return chatError({ message: "The request must have the content type application/json." });
    }
    if (embeds) return checkEmbeddings(request, models);
    if (request.body === undefined) {
      return chatError({
        message: "We could not parse the JSON body of your request.",
        code: "invalid_json",
      });
    }
    const parsed = schema.safeParse(request.body);
    if (!parsed.success) return refuse(firstIssue(parsed.error));
    return checkMeaning(parsed.data as ChatRequest);
  }

  function checkMeaning(body: ChatRequest): VendorAnswer | undefined {
    const model = find(body.model);
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
    if (request.path === "/v1/embeddings") return answerEmbeddings(request);
    const body = schema.parse(request.body) as ChatRequest;
    const model = find(body.model);
    if (model === undefined) throw new Error("an unknown model passed the check");
    const answered = answerChat({ request: body, model, showsReasoning: !isVendor });
    if (body.stream !== true) return { json: chatBody(answered, body) };
    const asked = alwaysUsage ? { ...body, stream_options: { include_usage: true } } : body;
    return { events: chatChunks(answered, asked) };
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
