import { answerContent, contentBody, contentEvents, countPrompt } from "./gemini/answer.ts";
import { answerEmbedding, checkEmbedding, isEmbedding } from "./gemini/embeddings.ts";
import { badKey, geminiError, invalid, shapeError } from "./gemini/error.ts";
import { describeModel, type GeminiModel, geminiModels } from "./gemini/models.ts";
import { requestRules } from "./gemini/request-rules.ts";
import { countRequest, type GenerateRequest, generateRequest } from "./gemini/schema.ts";
import { checkContents } from "./gemini/turn-rules.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface GeminiMockOptions {
  /** Where it listens; a free port of the loopback interface unless told. */
  readonly listen?: Listen | undefined;
  /** The key it accepts; a fixed one unless told. */
  readonly apiKey?: string;
  readonly models?: readonly GeminiModel[];
  /**
   * The signature at the end of a streamed text may come back on the text itself, where `@ai-sdk/google` puts it. The vendor
   * does not validate signatures of texts; the mock otherwise does, to tell what becomes of them.
   */
  readonly mergedTexts?: boolean;
}

const callPath = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/;

/** Starts a strict server of Google's generateContent API at `{url}/v1beta`. */
export function startGeminiMock(options: GeminiMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "AIza-mock-0123456789abcdef";
  const models = options.models ?? geminiModels;

  function modelOf(request: RecordedRequest): GeminiModel | undefined {
    const id = decodeURIComponent(callPath.exec(request.path)?.[1] ?? "");
    return models.find((model) => model.id === id);
  }

  function check(request: RecordedRequest): VendorAnswer | undefined {
    const key = request.headers.get("x-goog-api-key") ?? request.query.get("key");
    if (key === null) return geminiError(403, "Method doesn't allow unregistered callers.");
    if (key !== apiKey) return badKey();
    if (request.method === "GET" && request.path.startsWith("/v1beta/models")) return undefined;
    if (request.method === "POST" && isEmbedding(request)) return checkEmbedding(request, models);
    const [, id, verb] = callPath.exec(request.path) ?? [];
    if (request.method !== "POST" || verb === undefined) return geminiError(404, "Not Found");
    const model = modelOf(request);
    if (model === undefined || !model.methods.includes("generateContent")) {
      const what = `models/${id} is not found for API version v1beta, or is not supported for ${verb}.`;
      return geminiError(404, what);
    }
    if (request.body === undefined) return invalid("Invalid JSON payload received.");
    const parsed = (verb === "countTokens" ? countRequest : generateRequest).safeParse(request.body);
    if (!parsed.success) return shapeError(firstIssue(parsed.error));
    if ("generateContentRequest" in parsed.data) {
      const { model: named, ...whole } = parsed.data.generateContentRequest;
      if (named !== `models/${model.id}`) return invalid("The model of the request must match the path.");
      return checkMeaning(whole, model);
    }
    return checkMeaning(parsed.data, model);
  }

  const contentRules = (request: GenerateRequest, model: GeminiModel) =>
    checkContents(request, { model, mergedTexts: options.mergedTexts === true });

  function checkMeaning(request: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
    return [contentRules, ...requestRules]
      .map((rule) => rule(request, model))
      .find((refusal) => refusal !== undefined);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.method === "GET") return listModels(models, request);
    if (isEmbedding(request)) return answerEmbedding(request);
    const model = modelOf(request);
    if (model === undefined) throw new Error("an unknown model passed the check");
    if (request.path.endsWith(":countTokens")) return { json: countAnswer(request.body) };
    const answered = answerContent(generateRequest.parse(request.body), model);
    if (request.path.endsWith(":generateContent")) return { json: contentBody(answered) };
    const events = contentEvents(answered);
    // Without `alt=sse` the stream is one JSON array.
    return request.query.get("alt") === "sse" ? { events } : { json: events };
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({ "server-timing": "gfet4t7; dur=1" }),
      frame: (payload) => `data: ${payload}\r\n\r\n`,
    },
  });
}

function countAnswer(body: unknown): unknown {
  const request = countRequest.parse(body);
  const counted = "contents" in request ? request : request.generateContentRequest;
  const totalTokens = countPrompt(counted);
  return { totalTokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: totalTokens }] };
}

/** `pageSize` (1 to 1,000, 50 unless told) and `pageToken`; or one model by its name. */
function listModels(models: readonly GeminiModel[], { path, query }: RecordedRequest): VendorAnswer {
  if (path !== "/v1beta/models") {
    const id = decodeURIComponent(path.slice("/v1beta/models/".length));
    const found = models.find((model) => model.id === id);
    return found === undefined
      ? geminiError(404, `models/${id} is not found.`)
      : { json: describeModel(found) };
  }
  const size = Number(query.get("pageSize") ?? 50);
  if (!Number.isInteger(size) || size < 1 || size > 1000) return invalid("page_size is out of range");
  const token = query.get("pageToken");
  const start = token === null ? 0 : Number(token.replace(/^page-/, ""));
  if (!Number.isInteger(start)) return invalid("page_token is invalid");
  const page = models.slice(start, start + size);
  const more = start + size < models.length;
  return {
    json: { models: page.map(describeModel), ...(more && { nextPageToken: `page-${start + size}` }) },
  };
}
