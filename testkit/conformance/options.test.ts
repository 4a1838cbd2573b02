import { expect, test } from "bun:test";
import { parseOptions, UsageError } from "./options.ts";

test("a gateway is described by its URL, its models and the mocks' ports", () => {
  const { gateway } = parseOptions([
    "--url",
    "http://localhost:4000",
    "--key",
    "k",
    "--model-for",
    "openai-chat=gpt,anthropic-messages=claude,openai-chat.vendor=o3",
    "--mock-port-openai",
    "9001",
    "--mock-port",
    "anthropic-messages=9002",
  ]);
  expect(gateway?.url).toBe("http://localhost:4000");
  expect(Object.fromEntries(gateway?.models ?? [])).toEqual({
    "openai-chat": "gpt",
    "anthropic-messages": "claude",
    "openai-chat.vendor": "o3",
  });
  expect(Object.fromEntries(gateway?.ports ?? [])).toEqual({
    "openai-chat": 9001,
    "anthropic-messages": 9002,
  });
});

test.each([
  [["--url", "http://localhost:1"], "--model-for"],
  [["--url", "nowhere", "--model-for", "openai-chat=m"], "--url wants a URL"],
  [["--model-for", "openai-chat=m"], "belong to --url"],
  [["--url", "http://h", "--model-for", "chat=m"], "WIRE=VALUE"],
  [["--url", "http://h", "--model-for", "openai-chat=m", "--mock-port-openai", "x"], "not a port"],
  [["--surface", "telnet"], "telnet"],
  [["--write-docs", "--case", "C010"], "a whole run"],
  [["C010"], "Unknown argument"],
  [["--cases"], "--cases"],
])("%j is refused in words", (argv, words) => {
  expect(() => parseOptions(argv)).toThrow(UsageError);
  expect(() => parseOptions(argv)).toThrow(words);
});
