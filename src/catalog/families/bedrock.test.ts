import { expect, test } from "bun:test";
import { profileOf } from "../profile-of.ts";

test.each([
  ["us.anthropic.claude-opus-4-6-v1", "claude-4.6"],
  ["anthropic.claude-haiku-4-5-20251001-v1:0", "claude-4.5"],
  ["anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3.5"],
  ["global.anthropic.claude-sonnet-5-5-v1:0", "claude-sonnet-5.5"],
  ["us.anthropic.claude-opus-5-5-v1:0", "claude-5.5"],
  ["arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-6-v1", "claude-4.6"],
  ["amazon.nova-lite-v1:0", "nova"],
  ["us.amazon.nova-2-lite-v1:0", "nova-2"],
  ["openai.gpt-oss-120b-1:0", "gpt-oss"],
  ["meta.llama3-3-70b-instruct-v1:0", "llama"],
  ["mistral.mistral-large-2407-v1:0", "mistral"],
  ["us.deepseek.r1-v1:0", "deepseek-r1"],
  ["amazon.titan-embed-text-v2:0", "titan-text"],
  ["amazon.titan-embed-g1-text-02", "titan-text-1"],
  ["amazon.titan-embed-image-v1", "titan-multimodal"],
  ["amazon.nova-2-multimodal-embeddings-v1:0", "nova-embed"],
])("%s belongs to %s", (id, family) => expect(profileOf("bedrock", id)?.family).toBe(family));

test("the host's limits go before the maker's", () => {
  expect(profileOf("bedrock", "anthropic.claude-sonnet-5-5-v1:0")?.traits.structuredOutput).toBe(false);
  expect(profileOf("anthropic", "claude-sonnet-5-5")?.traits.structuredOutput).toBe(true);
  expect(profileOf("bedrock", "us.anthropic.claude-opus-4-6-v1")?.traits.nativeBody).toBe("messages");
});

test("a profile of the account's own says nothing of its model", () => {
  const arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123";
  expect(profileOf("bedrock", arn)).toBeUndefined();
});

test("regional prices are the platform's", () => {
  expect(profileOf("bedrock", "us.anthropic.claude-opus-4-6-v1")?.prices[0]).toMatchObject({
    input: 5.5,
    output: 27.5,
  });
});
