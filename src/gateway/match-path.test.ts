import { expect, test } from "bun:test";
import { matchPath } from "./match-path.ts";
import { splitUrl } from "./split-url.ts";

test("every path of the chat surface is known", () => {
  for (const path of [
    "/v1/chat/completions",
    "/chat/completions",
    "/v1/v1/chat/completions",
    "/openai/v1/chat/completions",
  ]) {
    expect(matchPath(path)).toEqual({ endpoint: "chat_completions" });
  }
  expect(matchPath("/v1/p/my%20prov/chat/completions")).toEqual({
    endpoint: "chat_completions",
    provider: "my prov",
  });
  expect(matchPath("/v1/p/x/v1/messages/count_tokens")).toEqual({ endpoint: "count_tokens", provider: "x" });
  for (const path of ["/openai/deployments/gpt-4o", "/openai/v1/deployments/gpt-4o"])
    expect(matchPath(`${path}/chat/completions`)).toEqual({ endpoint: "chat_completions", model: "gpt-4o" });
});

test("every path of the embeddings surface is known", () => {
  for (const path of ["/v1/embeddings", "/embeddings", "/v1/v1/embeddings", "/openai/v1/embeddings"])
    expect(matchPath(path)).toEqual({ endpoint: "embeddings" });
  expect(matchPath("/v1/p/x/embeddings")).toEqual({ endpoint: "embeddings", provider: "x" });
  expect(matchPath("/openai/deployments/m%201/embeddings")).toEqual({ endpoint: "embeddings", model: "m 1" });
  expect(matchPath("/v1beta/models/a/b:embedContent")).toEqual({ endpoint: "embed_content", model: "a/b" });
  expect(matchPath("/v1beta/models/m:batchEmbedContents")).toEqual({
    endpoint: "batch_embed_contents",
    model: "m",
  });
  expect(matchPath("/v1beta/models/m:toString")?.endpoint).not.toBe("embed_content");
});

test("every path of the responses surface is known", () => {
  for (const path of [
    "/v1/responses",
    "/responses",
    "/v1/v1/responses",
    "/openai/v1/responses",
    "/openai/responses",
  ]) {
    expect(matchPath(path)).toEqual({ endpoint: "responses" });
    expect(matchPath(`${path}/resp_1`)).toEqual({ endpoint: "response", id: "resp_1" });
  }
  expect(matchPath("/v1/p/x/responses")).toEqual({ endpoint: "responses", provider: "x" });
  expect(matchPath("/v1/p/x/v1/responses")).toEqual({ endpoint: "responses", provider: "x" });
  for (const path of ["/v1/responses", "/openai/responses", "/v1/p/x/responses"]) {
    const scope = path.includes("/p/") ? { provider: "x" } : {};
    expect(matchPath(`${path}/resp_1/cancel`)).toEqual({
      endpoint: "response_cancel",
      id: "resp_1",
      ...scope,
    });
    expect(matchPath(`${path}/resp_1/input_items`)).toEqual({
      endpoint: "response_input_items",
      id: "resp_1",
      ...scope,
    });
    expect(matchPath(`${path}/input_tokens`)).toEqual({ endpoint: "count_response_tokens", ...scope });
  }
  for (const path of [
    "/v1/responses/",
    "/v1/responses//cancel",
    "/v1/responses/r/cancel/cancel",
    "/v1/responses/r/x",
  ])
    expect(matchPath(path)).toBeUndefined();
});

test("model ids may hold slashes, escaped or not", () => {
  expect(matchPath("/v1/models/meta%2Fllama")).toEqual({ endpoint: "model", model: "meta/llama" });
  expect(matchPath("/v1/models/meta/llama")).toEqual({ endpoint: "model", model: "meta/llama" });
  expect(matchPath("/v1/p/x/v1/models")).toEqual({ endpoint: "models", provider: "x" });
});

test("what is no gateway path is left to others", () => {
  for (const path of [
    "/",
    "/v1",
    "/v1/chat",
    "/v1/p/x",
    "/v1/models/",
    "/api/v1/providers",
    "/v1/p/%zz/messages",
    "/v1/models/%zz",
  ]) {
    expect(matchPath(path)).toBeUndefined();
  }
});

test("the path token is split off", () => {
  expect(splitUrl("http://h:1/u/psu_abc/v1/chat/completions?a=b")).toEqual({
    path: "/v1/chat/completions",
    query: "a=b",
    pathToken: "psu_abc",
  });
  expect(splitUrl("http://h/u/psu_abc").pathToken).toBe("psu_abc");
  expect(splitUrl("https://h/v1/models")).toEqual({ path: "/v1/models", query: "", pathToken: undefined });
});

test("every path of Google's API is known, in any version", () => {
  const stream = { endpoint: "generate_content", stream: true, model: "m" } as const;
  for (const path of [
    "/v1beta/models/m:streamGenerateContent",
    "/v1/models/m:streamGenerateContent",
    "/v1alpha/models/m:streamGenerateContent",
    "/v1beta/v1beta/models/m:streamGenerateContent",
    "/models/m:streamGenerateContent",
  ]) {
    expect(matchPath(path)).toEqual(stream);
  }
  expect(matchPath("/v1/p/x/v1beta/models/m:streamGenerateContent")).toEqual({ ...stream, provider: "x" });
  expect(matchPath("/v1beta/models/prov/a:b:countTokens")).toEqual({
    endpoint: "count_content_tokens",
    model: "prov/a:b",
  });
  expect(matchPath("/v1beta/models/m:generateContent")).toMatchObject({ stream: false });
  expect(matchPath("/v1beta/models")).toEqual({ endpoint: "content_models" });
  expect(matchPath("/v1beta/models/prov/m")).toEqual({ endpoint: "content_model", model: "prov/m" });
  expect(matchPath("/v1/models/m:b")).toEqual({ endpoint: "model", model: "m:b" });
});

test("a model path that another server could read otherwise is refused", () => {
  for (const model of ["a%2fb", "..%2fb", "a%5cb", "a/..%2fb", "%252e%252e", "a//b", "./a", "%zz"]) {
    expect(matchPath(`/v1beta/models/${model}:generateContent`)).toMatchObject({
      problem: expect.stringContaining("must not hold"),
    });
  }
});
