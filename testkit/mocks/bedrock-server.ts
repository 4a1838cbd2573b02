import { z } from "zod";
import { answerMessages } from "./anthropic/answer.ts";
import { messagesBody, messagesEvents } from "./anthropic/body.ts";
import { PromptCache } from "./anthropic/cache.ts";
import { checkMessages } from "./anthropic/message-rules.ts";
import type { ClaudeModel } from "./anthropic/models.ts";
import { requestRules } from "./anthropic/request-rules.ts";
import { messagesRequest } from "./anthropic/schema.ts";
import { checkThinking } from "./anthropic/thinking-rules.ts";
import { answerConverse, converseBody, converseMessages } from "./bedrock/answer.ts";
import { checkAuth, type MockAccount } from "./bedrock/check-auth.ts";
import { answerEmbedding, checkEmbedding } from "./bedrock/embeddings.ts";
import { exception, invalid } from "./bedrock/error.ts";
import { chunkMessages, streamReply } from "./bedrock/event-stream.ts";
import {
  findModel,
  foundationModelsBody,
  type HostedModel,
  inferenceProfilesBody,
} from "./bedrock/models.ts";
import { checkConverse } from "./bedrock/rules.ts";
import { converseRequest } from "./bedrock/schema.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";
import { tokensOf } from "./shared/token-count.ts";

/** A mock of Bedrock with the account it accepts. */
export interface BedrockMock extends MockVendor {
  readonly account: MockAccount;
}

const operation =
  /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream|count-tokens)$/;

/** Native bodies are those of the Messages API with a version and without what the path says. */
const invokeRequest = messagesRequest
  .omit({ model: true, stream: true, service_tier: true, cache_control: true })
  .extend({
    anthropic_version: z.literal("bedrock-2023-05-31"),
    anthropic_beta: z.array(z.string()).optional(),
    context_management: z.record(z.string(), z.unknown()).optional(),
  });

/** Source: ConverseTokensRequest of Amazon Bedrock's API reference. */
const countRequest = z.strictObject({
  input: z.strictObject({
    converse: converseRequest.pick({
      messages: true,
      system: true,
      toolConfig: true,
      additionalModelRequestFields: true,
    }),
  }),
});

/** The account it accepts unless told of another. */
export const bedrockAccount: MockAccount = {
  accessKeyId: "AKIAMOCK0123456789AB",
  secretAccessKey: "mock/secret+0123456789abcdefghijklmnopq",
  apiKey: "bedrock-api-key-mock-0123456789",
  region: "us-east-1",
};

/** Starts a strict server of both of Bedrock's hosts on one port; keys are checked as AWS does. */
export function startBedrockMock(
  options: { readonly account?: Partial<MockAccount>; readonly listen?: Listen | undefined } = {},
): BedrockMock {
  const account: MockAccount = { ...bedrockAccount, ...options.account };
  const prompts = new Set<string>();
  const cache = new PromptCache();
  let count = 0;

  function check(request: RecordedRequest): VendorAnswer | undefined {
    const refused = checkAuth(request, account);
    if (refused !== undefined) return refused;
    if (request.method === "GET" && /^\/(foundation-models|inference-profiles)$/.test(request.path))
      return undefined;
    const [, encoded, name] = operation.exec(request.path) ?? [];
    if (request.method !== "POST" || encoded === undefined)
      return exception("ResourceNotFoundException", "Unknown operation");
    const { model, direct } = findModel(decodeURIComponent(encoded));
    if (model === undefined) return invalid("The provided model identifier is invalid.");
    if (!model.active)
      return exception("ResourceNotFoundException", "This model version has reached the end of its life.");
    if (direct && !model.onDemand) {
      return invalid(
        `Invocation of model ID ${model.modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
      );
    }
    if (request.body === undefined) return invalid("The request body is not valid JSON");
    if (name === "count-tokens") return checkCount(request, { model, id: decodeURIComponent(encoded) });
    if (name === "invoke" && model.family === "embedding") return checkEmbedding(request, model);
    return name?.startsWith("converse") === true ? checkBody(request, model) : checkNative(request, model);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.path === "/foundation-models") return { json: foundationModelsBody() };
    if (request.path === "/inference-profiles") return { json: inferenceProfilesBody(request.query) };
    const [, encoded = "", name = ""] = operation.exec(request.path) ?? [];
    const { model } = findModel(decodeURIComponent(encoded));
    if (model === undefined) throw new Error("an unknown model passed the check");
    if (name === "count-tokens")
      return { json: { inputTokens: tokensOf(countRequest.parse(request.body).input.converse) } };
    if (name === "invoke" && model.family === "embedding") return answerEmbedding(request, model);
    if (!name.startsWith("converse")) return answerNative(request, { model, stream: name !== "invoke" });
    const body = converseRequest.parse(request.body);
    const answered = answerConverse(body, { model, cache: prompts });
    return name === "converse"
      ? { json: converseBody(body, answered) }
      : streamReply(converseMessages(body, answered));
  }

  function answerNative(
    request: RecordedRequest,
    { model, stream }: { model: HostedModel; stream: boolean },
  ): VendorAnswer {
    const native = nativeModel(model);
    const body = messagesRequest.parse(toMessages(request.body, native));
    const answered = answerMessages({ request: body, model: native, cache });
    return stream ? streamReply(chunkMessages(messagesEvents(answered))) : { json: messagesBody(answered) };
  }

  const server = startMockServer({
    apiKey: account.apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({ "x-amzn-requestid": `mock-${++count}` }),
      frame() {
        throw new Error("streams of this vendor are binary: script them with streamReply");
      },
    },
  });
  return Object.assign(server, { account });
}

function checkBody(request: RecordedRequest, model: HostedModel): VendorAnswer | undefined {
  const parsed = converseRequest.safeParse(request.body);
  if (parsed.success) return checkConverse(parsed.data, model);
  const { path, message } = firstIssue(parsed.error);
  return invalid(
    `Malformed input request: #/${path.join("/")}: ${message}, please reformat your input and try again.`,
  );
}

/** Claude alone is counted, and not through a profile of the account's own. */
function checkCount(
  request: RecordedRequest,
  { model, id }: { readonly model: HostedModel; readonly id: string },
): VendorAnswer | undefined {
  if (model.claude === undefined || id.startsWith("arn:"))
    return invalid("The provided model doesn't support counting tokens.");
  const parsed = countRequest.safeParse(request.body);
  if (parsed.success) return checkConverse(converseRequest.parse(parsed.data.input.converse), model);
  const { path, message } = firstIssue(parsed.error);
  return invalid(`Malformed input request: #/${path.join("/")}: ${message}`);
}

function checkNative(request: RecordedRequest, model: HostedModel): VendorAnswer | undefined {
  if (model.claude === undefined) return invalid("Malformed input request: unknown body format");
  const parsed = invokeRequest.safeParse(request.body);
  if (!parsed.success) {
    const { path, message } = firstIssue(parsed.error);
    return invalid(`${path.join(".")}: ${message}`);
  }
  if (/"type":"url"/.test(request.text)) return invalid("URL sources are not supported");
  const body = messagesRequest.parse(toMessages(request.body, model.claude));
  const refusal = [checkMessages, checkThinking, ...requestRules]
    .map((rule) => rule(body, nativeModel(model)))
    .find((each) => each !== undefined);
  const { error } = (refusal?.json ?? {}) as { error?: { message?: string } };
  return refusal === undefined ? undefined : invalid(error?.message ?? "refused");
}

function nativeModel({ claude }: HostedModel): ClaudeModel {
  if (claude === undefined) throw new Error("a model without native bodies passed the check");
  return claude;
}

function toMessages(body: unknown, { id }: ClaudeModel): object {
  const {
    anthropic_version: _v,
    anthropic_beta: _b,
    context_management: _c,
    ...rest
  } = body as Record<string, unknown>;
  return { model: id, ...rest };
}
