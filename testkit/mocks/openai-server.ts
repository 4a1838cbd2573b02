import { chatBehaviour } from "./openai-chat/behaviour.ts";
import { chatError, shapeError } from "./openai-chat/error.ts";
import { type ChatModel, vendorModels } from "./openai-chat/models.ts";
import { answerResponses, type OutputItem } from "./openai-responses/answer.ts";
import { responsesBody, responsesEvents } from "./openai-responses/events.ts";
import { type Conversation, responsesRules } from "./openai-responses/rules.ts";
import { type ResponsesItem, type ResponsesRequest, responsesRequest } from "./openai-responses/schema.ts";
import { StoredResponses } from "./openai-responses/stored-responses.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";
import { tokensOf } from "./shared/token-count.ts";

export interface OpenAiMockOptions {
  /** Where it listens; a free port of the loopback interface unless told. */
  readonly listen?: Listen | undefined;
  /** The key it accepts; a fixed one unless told. */
  readonly apiKey?: string;
  readonly models?: readonly ChatModel[];
  /** The organization the key belongs to; another one in the header is refused. */
  readonly organization?: string;
  /** Whose the reasoning is that it encrypts and takes; any mock's unless told. */
  readonly account?: string | undefined;
  /** Azure: names of deployments with the model each deploys; absent: the resource does not list its deployments. */
  readonly deployments?: Readonly<Record<string, string>>;
  /** What another vendor of these APIs refuses. */
  readonly refuseBody?: (body: Readonly<Record<string, unknown>>) => VendorAnswer | undefined;
}

/** Starts a strict server of both of OpenAI's APIs at `{url}/v1`, which keeps answers as the vendor does. */
export function startOpenAiMock(options: OpenAiMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "sk-mock-0123456789abcdef";
  return start({
    listen: options.listen,
    account: options.account,
    apiKey,
    models: options.models ?? vendorModels,
    refuse(request) {
      if (request.headers.get("authorization") !== `Bearer ${apiKey}`) {
        return chatError({ status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" });
      }
      const isObject = typeof request.body === "object" && request.body !== null;
      const refused = isObject ? options.refuseBody?.({ ...request.body }) : undefined;
      if (refused !== undefined) return refused;
      const organization = request.headers.get("openai-organization");
      if (organization === null || organization === (options.organization ?? organization)) return undefined;
      const message = "OpenAI-Organization header should match organization for API key";
      return chatError({ status: 401, message, code: "mismatched_organization" });
    },
    pathOf: ({ path }) => path,
    canCount: options.refuseBody === undefined,
  });
}

/** Starts a strict Azure OpenAI resource: v1 and classic deployment URLs, key in `api-key`. */
export function startAzureOpenAiMock(options: OpenAiMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "azure0123456789abcdef";
  const base = options.models ?? vendorModels;
  const { deployments } = options;
  const deployed = Object.entries(deployments ?? {}).flatMap(([id, model]) =>
    base.filter((each) => each.id === model).map((each) => ({ ...each, id })),
  );
  return start({
    listen: options.listen,
    account: options.account,
    apiKey,
    models: deployments === undefined ? base : deployed,
    read({ path, query }) {
      if (deployments === undefined || path !== "/openai/deployments") return undefined;
      if (query.get("api-version") !== "2022-12-01") return undefined;
      const data = Object.entries(deployments).map(([id, model]) => ({
        id,
        model,
        object: "deployment",
        owner: "organization-owner",
        status: "succeeded",
        scale_settings: { scale_type: "standard" },
      }));
      return { json: { object: "list", data } };
    },
    refuse(request) {
      if (request.headers.get("api-key") === apiKey && !request.headers.has("authorization"))
        return undefined;
      const message =
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.";
      return { status: 401, json: { error: { code: "401", message } } };
    },
    pathOf({ path, query }) {
      if (path.startsWith("/openai/v1/")) return path.slice("/openai".length);
      // Without a version the classic paths are not found, rather than refused.
      if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(query.get("api-version") ?? "")) return undefined;
      if (/^\/openai\/(models|responses(\/.*)?)$/.test(path)) return path.replace("/openai", "/v1");
      const [, call] = /^\/openai\/deployments\/[^/]+(\/chat\/completions|\/embeddings)$/.exec(path) ?? [];
      return call === undefined ? undefined : `/v1${call}`;
    },
  });
}

/** Fields of a count. Source: "Get input token counts" of OpenAI's API reference. */
const countRequest = responsesRequest.pick({
  model: true,
  input: true,
  instructions: true,
  tools: true,
  tool_choice: true,
  parallel_tool_calls: true,
  previous_response_id: true,
  reasoning: true,
  text: true,
  truncation: true,
});

interface Edge {
  readonly account: string | undefined;
  readonly listen: Listen | undefined;
  readonly apiKey: string;
  readonly models: readonly ChatModel[];
  /** The vendor's own way to refuse who asks. */
  refuse(request: RecordedRequest): VendorAnswer | undefined;
  /** Answers a GET of its own. */
  read?(request: RecordedRequest): VendorAnswer | undefined;
  /** Whether it counts tokens. */
  readonly canCount?: boolean;
  /** The path below `/v1`; undefined: there is no such path. */
  pathOf(request: RecordedRequest): string | undefined;
}

function start({
  account,
  listen,
  apiKey,
  models,
  refuse,
  pathOf,
  read,
  canCount = false,
}: Edge): MockVendor {
  const chat = chatBehaviour({ models, isVendor: true });
  const kept = new Map<string, readonly ResponsesItem[]>();
  const stored = new StoredResponses();
  let count = 0;

  function check(request: RecordedRequest): VendorAnswer | undefined {
    const refused = refuse(request);
    if (refused !== undefined) return refused;
    if (request.method === "GET" && read?.(request) !== undefined) return undefined;
    const path = pathOf(request);
    if (path === undefined) {
      return { status: 404, json: { error: { code: "404", message: "Resource not found" } } };
    }
    if (stored.isOne(request, path)) return undefined;
    const counts = path === "/v1/responses/input_tokens" && canCount;
    if ((path !== "/v1/responses" && !counts) || request.method !== "POST")
      return chat.check({ ...request, path });
    if (request.body === undefined) {
      return chatError({
        message: "We could not parse the JSON body of your request.",
        code: "invalid_json",
      });
    }
    const parsed = (counts ? countRequest : responsesRequest).safeParse(request.body);
    if (!parsed.success) return shapeError(firstIssue(parsed.error));
    const { model, previous_response_id: previous } = parsed.data;
    if (!models.some(({ id, kind }) => id === model && kind !== "embedding")) {
      const message = `The model '${model}' does not exist or you do not have access to it.`;
      return chatError({ status: 404, message, code: "model_not_found" });
    }
    if (previous != null && !kept.has(previous)) {
      const message = `Previous response with id '${previous}' not found.`;
      return chatError({ message, param: "previous_response_id", code: "previous_response_not_found" });
    }
    const conversation = conversationOf(responsesRequest.parse(parsed.data));
    return responsesRules.map((rule) => rule(conversation)).find((refusal) => refusal !== undefined);
  }

  function conversationOf(request: ResponsesRequest): Conversation {
    const model = models.find(({ id }) => id === request.model);
    if (model === undefined) throw new Error("an unknown model passed the check");
    const { input } = request;
    const items = typeof input === "string" ? [{ role: "user" as const, content: input }] : input;
    return {
      request,
      model,
      account,
      sent: items,
      items: [...(kept.get(request.previous_response_id ?? "") ?? []), ...items],
    };
  }

  function answer(request: RecordedRequest): VendorAnswer {
    const own = request.method === "GET" ? read?.(request) : undefined;
    if (own !== undefined) return own;
    const path = pathOf(request) ?? "";
    if (path === "/v1/responses/input_tokens") {
      const { input, tools = [], instructions = "" } = countRequest.parse(request.body);
      return {
        json: { object: "response.input_tokens", input_tokens: tokensOf([input, tools, instructions]) },
      };
    }
    if (stored.isOne(request, path)) return stored.answer(request, path);
    if (path !== "/v1/responses") return chat.answer({ ...request, path });
    const body = responsesRequest.parse(request.body);
    const conversation = conversationOf(body);
    const answered = answerResponses(conversation);
    const whole = responsesBody(answered, body);
    const events = responsesEvents(answered, body);
    if (body.store === false) return body.stream === true ? { events } : { json: whole };
    kept.set(answered.id, [...conversation.items, ...answered.output.map(asInput)]);
    const background = body.background === true;
    const json = stored.keep(answered.id, { body: whole, events, input: conversation.items, background });
    return body.stream === true ? { events } : { json };
  }

  return startMockServer({
    apiKey,
    listen,
    behaviour: {
      check,
      answer,
      headers: () => ({ "x-request-id": `req_mock_${++count}` }),
      frame: (payload) => `${eventLine(payload)}data: ${payload}\n\n`,
    },
  });
}

/** What is kept needs no proof: reasoning goes with the vendor's own copy. */
function asInput(item: OutputItem): ResponsesItem {
  return item as unknown as ResponsesItem;
}

/** Only the events of Responses are named. */
function eventLine(payload: string): string {
  const type = /"type":"((?:response\.[a-z_.]+|error))"/.exec(payload)?.[1];
  return type === undefined || payload.includes('"chat.completion.chunk"') ? "" : `event: ${type}\n`;
}
