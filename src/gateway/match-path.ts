import { matchContentPath } from "./match-content-path.ts";
import type { Endpoint, PathMatch } from "./path-match.ts";

const generic: Readonly<Record<string, Endpoint>> = {
  "/chat/completions": "chat_completions",
  "/v1/chat/completions": "chat_completions",
  // Clients that append `/v1` to a base URL that already ends with it.
  "/v1/v1/chat/completions": "chat_completions",
  "/openai/v1/chat/completions": "chat_completions",
  "/embeddings": "embeddings",
  "/v1/embeddings": "embeddings",
  "/v1/v1/embeddings": "embeddings",
  "/openai/v1/embeddings": "embeddings",
  "/responses": "responses",
  "/v1/responses": "responses",
  "/v1/v1/responses": "responses",
  "/openai/v1/responses": "responses",
  "/openai/responses": "responses",
  "/responses/input_tokens": "count_response_tokens",
  "/v1/responses/input_tokens": "count_response_tokens",
  "/v1/v1/responses/input_tokens": "count_response_tokens",
  "/openai/v1/responses/input_tokens": "count_response_tokens",
  "/openai/responses/input_tokens": "count_response_tokens",
  "/messages": "messages",
  "/v1/messages": "messages",
  "/v1/v1/messages": "messages",
  "/messages/count_tokens": "count_tokens",
  "/v1/messages/count_tokens": "count_tokens",
  "/v1/v1/messages/count_tokens": "count_tokens",
  "/models": "models",
  "/v1/models": "models",
  "/v1/v1/models": "models",
  "/openai/v1/models": "models",
  "/openai/models": "models",
};

const exact = new Map<string, PathMatch>(
  Object.entries(generic).map(([path, endpoint]) => [path, { endpoint }]),
);
const modelPrefixes = ["/v1/models/", "/openai/v1/models/", "/models/", "/v1/v1/models/", "/openai/models/"];
/** What a client may ask of a stored answer, after its id in the path. */
const responseParts: Readonly<Record<string, Endpoint>> = {
  input_items: "response_input_items",
  cancel: "response_cancel",
};
const providerPrefix = "/v1/p/";
const clientPrefixes = ["/v1/", "/v1alpha/", "/v1beta/", "/openai/", "/upload/v1beta/"];
const deployments = /^\/openai(?:\/v1)?\/deployments\/([^/]+)(\/chat\/completions|\/embeddings)$/;

/** Undefined: not a path of the gateway. */
export function matchPath(path: string): PathMatch | undefined {
  return (
    exact.get(path) ??
    matchScoped(path) ??
    matchContentPath(path) ??
    matchDeployment(path) ??
    matchModel(path) ??
    matchResponse(path)
  );
}

/** Whether a path that matches nothing was meant for the gateway: its callers read errors in their own dialect only. */
export function isClientPath(path: string): boolean {
  return clientPrefixes.some((prefix) => path.startsWith(prefix));
}

function matchScoped(path: string): PathMatch | undefined {
  if (!path.startsWith(providerPrefix)) return undefined;
  const slash = path.indexOf("/", providerPrefix.length);
  if (slash === -1) return undefined;
  const provider = decode(path.slice(providerPrefix.length, slash));
  const rest = path.slice(slash);
  const match = exact.get(rest) ?? matchContentPath(rest) ?? matchModel(rest) ?? matchResponse(rest);
  return match === undefined || provider === undefined ? undefined : { ...match, provider };
}

function matchDeployment(path: string): PathMatch | undefined {
  const [, deployment = "", call = ""] = deployments.exec(path) ?? [];
  const endpoint = generic[call];
  const model = decode(deployment);
  return model === undefined || model === "" || endpoint === undefined ? undefined : { endpoint, model };
}

function matchResponse(path: string): PathMatch | undefined {
  const slash = path.lastIndexOf("/");
  const [owner, last] = [path.slice(0, slash), path.slice(slash + 1)];
  if (Object.hasOwn(responseParts, last)) {
    const answer = matchResponse(owner);
    const endpoint = responseParts[last];
    if (answer?.endpoint === "response" && endpoint !== undefined) return { ...answer, endpoint };
  }
  if (exact.get(owner)?.endpoint !== "responses") return undefined;
  const id = decode(last);
  return id === undefined || id === "" ? undefined : { endpoint: "response", id };
}

function matchModel(path: string): PathMatch | undefined {
  const prefix = modelPrefixes.find((candidate) => path.startsWith(candidate));
  const model = prefix === undefined ? undefined : decode(path.slice(prefix.length));
  return model === undefined || model === "" ? undefined : { endpoint: "model", model };
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
