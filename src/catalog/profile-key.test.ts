import { describe, expect, test } from "bun:test";
import { profileKeyOf } from "./profile-key.ts";

const same: Readonly<Record<string, readonly string[]>> = {
  "anthropic/claude-sonnet-4-5": [
    "claude-sonnet-4-5",
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-5@20250929",
    "claude-sonnet-4-5[1m]",
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "anthropic/claude-sonnet-4.5",
    "anthropic/claude-sonnet-4.5:beta",
  ],
  "openai/gpt-4o": ["gpt-4o", "gpt-4o-2024-08-06", "openai/gpt-4o", "azure/gpt-4o"],
  "openai/gpt-4o-mini": ["gpt-4o-mini", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"],
  "openai/gpt-4-1": ["gpt-4.1", "gpt-4.1-2025-04-14", "openai/gpt-4.1"],
  "openai/gpt-oss-120b": [
    "openai.gpt-oss-120b-1:0",
    "accounts/fireworks/models/gpt-oss-120b",
    "@cf/openai/gpt-oss-120b",
    "openai/gpt-oss-120b:free",
  ],
  "openai/o3": ["o3", "o3-2025-04-16", "openai/o3"],
  "openai/text-embedding-3-small": ["text-embedding-3-small", "openai/text-embedding-3-small"],
  "google/gemini-2-5-flash": ["gemini-2.5-flash", "models/gemini-2.5-flash", "google/gemini-2.5-flash"],
  "google/gemini-3-flash": ["gemini-3-flash-preview", "google/gemini-3-flash"],
  "meta/llama-3-3-70b": [
    "meta-llama/llama-3.3-70b-instruct",
    "meta.llama3-3-70b-instruct-v1:0",
    "accounts/fireworks/models/llama-v3p3-70b-instruct",
  ],
  "mistral/mistral-large": ["mistral-large-latest", "mistralai/mistral-large"],
  "amazon/nova-pro": ["amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", "amazon/nova-pro"],
  "deepseek/deepseek-r1": ["deepseek-ai/deepseek-r1", "deepseek/deepseek-r1", "us.deepseek.deepseek-r1"],
};

describe("one model has one profile, whoever serves it", () => {
  for (const [key, ids] of Object.entries(same)) {
    test.each([...ids])(`${key}: %s`, (id) => expect(profileKeyOf(id)).toBe(key));
  }

  test("different models are not taken for one", () => {
    const ids = [
      "gpt-4o",
      "gpt-4o-mini",
      "gpt-4.1",
      "gpt-4-turbo",
      "o1",
      "o1-preview",
      "mistral-large-2402",
      "mistral-large-2512",
      "o3",
      "o3-mini",
      "claude-opus-4-1",
      "claude-opus-4",
    ];
    expect(new Set(ids.map(profileKeyOf)).size).toBe(ids.length);
  });

  test("an id that does not say who made it has none", () => {
    for (const id of ["my-deployment", "prod", "", ":", "llm"]) expect(profileKeyOf(id)).toBeUndefined();
  });
});
