import { expect, test } from "bun:test";
import { isUnservedVerb, unservedWhat } from "./unserved.ts";

test("a known API that is not served is named", () => {
  expect(unservedWhat("/v1/messages/batches")).toStartWith("the gateway has no `batches`: it serves");
  expect(unservedWhat("/upload/v1beta/files")).toContain("`files`");
  expect(unservedWhat("/v1/completions")).toContain("`completions`");
});

test("nothing else of a path is said back", () => {
  for (const path of [
    "/v1/psk_secret",
    "/u/psu_secret/v1/x",
    "/v1/chat/completions/psk_secret",
    "/v1/__proto__",
  ])
    expect(unservedWhat(path)).toBe("the gateway has no such path");
});

test("a method of a model is told from a model with a tag", () => {
  const model = (name: string) => isUnservedVerb({ endpoint: "content_model", model: name });
  expect(model("gemini-2.5-flash:batchGenerateContent")).toBe(true);
  expect(model("qwen3:8b")).toBe(false);
  expect(model("gemini-2.5-flash")).toBe(false);
});
