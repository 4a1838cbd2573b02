import { z } from "zod";
import { answerMessages, countPrompt } from "./anthropic/answer.ts";
import { messagesBody, messagesEvents } from "./anthropic/body.ts";
import { PromptCache } from "./anthropic/cache.ts";
import { invalid, messagesError, shapeError } from "./anthropic/error.ts";
import { checkHeaders } from "./anthropic/headers.ts";
import { checkMessages } from "./anthropic/message-rules.ts";
import { type ClaudeModel, claudeModels } from "./anthropic/models.ts";
import { modelsPage } from "./anthropic/models-page.ts";
import { requestRules } from "./anthropic/request-rules.ts";
import {
  countRequest,
  type MessagesRequest,
  messagesRequest,
  type PromptRequest,
} from "./anthropic/schema.ts";
import { checkBinding } from "./anthropic/thinking-binding.ts";
import { checkThinking } from "./anthropic/thinking-rules.ts";
import { Threads } from "./anthropic/threads.ts";
import { checkVersion } from "./anthropic/version-rules.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface AnthropicMockOptions {
  /** Where it listens; a free port of the loopback interface unless told. */
  readonly listen?: Listen | undefined;
  /** The key it accepts; a fixed one unless told. */
  readonly apiKey?: string;
  readonly models?: readonly ClaudeModel[];
  /** Refuses thinking of another conversation, as the 5.5 generation does for newer accounts; off unless told. */
  readonly bindThinking?: boolean;
}

const createPath = "/v1/messages";
const countPath = "/v1/messages/count_tokens";

/** Starts a strict server of the Messages API at `{url}/v1`. */
export function startAnthropicMock(options: AnthropicMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "sk-ant-mock-0123456789abcdef";
  const models = options.models ?? claudeModels;
  const cache = new PromptCache();
  const threads = new Threads();
  let count = 0;

  function check(request: RecordedRequest): VendorAnswer | undefined {
    const headers = checkHeaders(request, apiKey);
    if (headers !== undefined) return headers;
    if (request.method === "GET" && request.path.startsWith("/v1/models")) return undefined;
    if (request.method !== "POST" || (request.path !== createPath && request.path !== countPath)) {
      return messagesError(404, "not_found_error", "Not Found");
    }
    if (request.body === undefined) return invalid("The request body is not valid JSON");
    const parsed = (request.path === createPath ? messagesRequest : countRequest).safeParse(request.body);
    if (!parsed.success) return shapeError(firstIssue(parsed.error));
    const version = checkVersion(parsed.data, request.headers.get("anthropic-version"));
    if (version !== undefined || request.path === countPath) return version ?? checkMeaning(parsed.data);
    const opened = openThread(messagesRequest.parse(request.body), request);
    return "whole" in opened ? checkMeaning(opened.whole) : opened;
  }

  function openThread(body: MessagesRequest, { headers }: RecordedRequest) {
    return threads.open(body, headers.get("anthropic-beta") ?? "");
  }

  function checkMeaning(body: PromptRequest): VendorAnswer | undefined {
    const model = models.find(({ id }) => id === body.model);
    if (model === undefined) return messagesError(404, "not_found_error", `model: ${body.model}`);
    const binding = options.bindThinking === true ? [checkBinding] : [];
    return [checkMessages, checkThinking, ...binding, ...requestRules]
      .map((rule) => rule(body, model))
      .find((refusal) => refusal !== undefined);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.method === "GET") return modelsPage(models, request);
    if (request.path === countPath)
      return { json: { input_tokens: countPrompt(countRequest.parse(request.body)) } };
    const sent = messagesRequest.parse(request.body);
    const opened = openThread(sent, request);
    const body = "whole" in opened ? opened.whole : sent;
    const model = models.find(({ id }) => id === body.model);
    if (model === undefined) throw new Error("an unknown model passed the check");
    const answered = answerMessages({ request: body, model, cache });
    threads.keep(sent, body, answered);
    return body.stream === true ? { events: messagesEvents(answered) } : { json: messagesBody(answered) };
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({ "request-id": `req_mock_${++count}`, "anthropic-organization-id": "mock" }),
      frame: frameEvent,
    },
  });
}

/** `event:` is the payload's own type. The vendor pads some events with spaces. */
function frameEvent(payload: string): string {
  const { type } = eventType.parse(JSON.parse(payload));
  const padded = payload.replace(/\}$/, `${" ".repeat(payload.length % 7)}}`);
  return `event: ${type}\ndata: ${padded}\n\n`;
}

const eventType = z.object({ type: z.string() });
