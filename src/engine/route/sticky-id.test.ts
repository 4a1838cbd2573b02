import { expect, test } from "bun:test";
import { scanTopLevel } from "../../wire/json/top-level.ts";
import type { KeyPlane } from "../plane.ts";
import { estimateCall } from "./estimate-call.ts";
import { stickyIdOf } from "./sticky-id.ts";

const key = { config: { id: "key_1" } } as KeyPlane;

function call(body: unknown, headers: Record<string, string> = {}) {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return [{ key, body: bytes, headers: new Headers(headers) }, { scan: scanTopLevel(bytes) }] as const;
}

test("a session is found where clients name theirs, headers before the body", () => {
  const bodies: [unknown, string | undefined][] = [
    [{ prompt_cache_key: "cache", user: "u" }, "cache"],
    [{ conversation: "conv_1" }, "conv_1"],
    [{ conversation: { id: "conv_2" } }, "conv_2"],
    [{ metadata: { user_id: "user_a_session_b" } }, "user_a_session_b"],
    [{ metadata: { session_id: "s", user_id: "u" } }, "s"],
    [{ metadata: null, user: "ada" }, "ada"],
    [{ metadata: { team: "x" }, user: "" }, undefined],
    [{ messages: [{ content: "user" }] }, undefined],
  ];
  for (const [body, expected] of bodies) expect(stickyIdOf("session", ...call(body))).toBe(expected);
  expect(stickyIdOf("session", ...call({ user: "u" }, { "X-Penstock-Session": "mine" }))).toBe("mine");
  expect(stickyIdOf("session", ...call({ user: "u" }, { session_id: "agent" }))).toBe("agent");
});

test("a key is the caller's, a header only our own", () => {
  expect(stickyIdOf("key", ...call({ user: "u" }))).toBe("key_1");
  expect(stickyIdOf("header", ...call({ user: "u" }, { "x-penstock-sticky": "b" }))).toBe("b");
  expect(stickyIdOf("header", ...call({ user: "u" }, { session_id: "agent" }))).toBeUndefined();
});

test("the longest answer is read in every surface's spelling", () => {
  const most = (body: unknown) => estimateCall(...call(body)).maxOutput;
  expect(most({ max_tokens: 5 })).toBe(5);
  expect(most({ max_tokens: 5, max_completion_tokens: 6 })).toBe(6);
  expect(most({ max_output_tokens: 7 })).toBe(7);
  expect(most({ generationConfig: { maxOutputTokens: 8 } })).toBe(8);
  expect(most({ max_tokens: 5, n: 2 })).toBe(10);
  expect(most({ max_tokens: "many" })).toBeUndefined();
  expect(estimateCall(...call({ a: "x".repeat(400) })).input).toBeGreaterThan(100);
});
