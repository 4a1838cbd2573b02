import { chatBody, chatLines } from "./ollama/answer.ts";
import { answerEmbed, checkEmbed } from "./ollama/embeddings.ts";
import { describeModel, describeTag, type OllamaModel, ollamaModels } from "./ollama/models.ts";
import { type ChatRequest, chatRequest } from "./ollama/schema.ts";
import { firstIssue } from "./shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

export interface OllamaMockOptions {
  /** The key that a proxy in front of it asks for; a fixed one unless told. */
  readonly apiKey?: string;
  readonly models?: readonly OllamaModel[];
  readonly listen?: Listen;
}

const gets = ["/api/tags", "/api/version"];

/** Starts a strict Ollama, behind a proxy that asks for a bearer key as ollama.com does. */
export function startOllamaMock(options: OllamaMockOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? "ollama-mock-0123456789abcdef";
  const models = options.models ?? ollamaModels;
  const find = (name: unknown) =>
    models.find((model) => model.name === name || model.name === `${name}:latest`);

  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (request.headers.get("authorization") !== `Bearer ${apiKey}`) return refuse(401, "unauthorized");
    if (request.method === "GET" && gets.includes(request.path)) return undefined;
    if (request.method !== "POST" || !["/api/chat", "/api/embed", "/api/show"].includes(request.path)) {
      return { status: 404, body: "404 page not found", headers: { "content-type": "text/plain" } };
    }
    if (request.body === undefined) return refuse(400, "missing request body");
    const name = nameIn(request.body);
    const model = find(name);
    if (model === undefined) return refuse(404, `model '${String(name)}' not found`);
    if (request.path === "/api/show") return undefined;
    if (request.path === "/api/embed") return checkEmbed(request, model);
    const parsed = chatRequest.safeParse(request.body);
    if (!parsed.success) {
      const { path, message } = firstIssue(parsed.error);
      return refuse(400, `json: ${path.join(".")}: ${message}`);
    }
    return checkMeaning(parsed.data, model);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    if (request.path === "/api/version") return { json: { version: "0.12.6" } };
    if (request.path === "/api/tags") return { json: { models: models.map(describeTag) } };
    const model = find(nameIn(request.body));
    if (model === undefined) throw new Error("an unknown model passed the check");
    if (request.path === "/api/show") return { json: describeModel(model) };
    if (request.path === "/api/embed") return answerEmbed(request);
    const chat = chatRequest.parse(request.body);
    if (!chat.stream) return { json: chatBody(chat, model) };
    return { events: chatLines(chat, model) };
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({}),
      frame: (payload) => `${payload}\n`,
      streamType: "application/x-ndjson",
    },
  });
}

function checkMeaning(request: ChatRequest, model: OllamaModel): VendorAnswer | undefined {
  const lacks = (capability: string) => !model.capabilities.includes(capability);
  const name = `registry.ollama.ai/library/${model.name}`;
  if (lacks("completion")) return refuse(400, `"${model.name}" does not support chat`);
  if (request.tools !== undefined && lacks("tools")) return refuse(400, `${name} does not support tools`);
  if (request.think !== undefined && request.think !== false && lacks("thinking"))
    return refuse(400, `"${model.name}" does not support thinking`);
  if (model.levelsOnly === true && typeof request.think === "boolean" && !request.think)
    return refuse(400, `"${model.name}" cannot stop thinking`);
  const pictures = request.messages.some(({ images = [] }) => images.length > 0);
  if (pictures && lacks("vision")) return refuse(500, "this model is missing data required for image input");
  return undefined;
}

function nameIn(body: unknown): unknown {
  return typeof body === "object" && body !== null && "model" in body ? body.model : undefined;
}

function refuse(status: number, error: string): VendorAnswer {
  return { status, json: { error } };
}
