import { expect, test } from "bun:test";
import { editBody } from "../json/edit-body.ts";
import { scanTopLevel } from "../json/top-level.ts";
import type { Quirks } from "../protocol.ts";
import { relayPlan } from "./relay-plan.ts";

function relayed(body: unknown, quirks: Quirks = {}): { body: unknown; hidden: boolean } {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const { edits, hideUsageChunk } = relayPlan(bytes, scanTopLevel(bytes), quirks);
  return { body: JSON.parse(new TextDecoder().decode(editBody(bytes, edits))), hidden: hideUsageChunk };
}

test("a stream is made to report usage, and the chunk hidden from who did not ask", () => {
  const asked = { stream_options: { include_usage: true } };
  expect(relayed({ stream: true, n: 1 })).toEqual({ body: { stream: true, n: 1, ...asked }, hidden: true });
  expect(relayed({ stream: true, stream_options: null })).toEqual({
    body: { stream: true, ...asked },
    hidden: true,
  });
  expect(
    relayed({ stream: true, stream_options: { include_usage: false, include_obfuscation: false } }),
  ).toEqual({
    body: { stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    hidden: true,
  });
  expect(relayed({ stream: true, ...asked })).toEqual({ body: { stream: true, ...asked }, hidden: false });
});

test("what is no stream, or a vendor that knows no such option, is left alone", () => {
  for (const body of [{}, { stream: false }, { stream: false, stream_options: {} }]) {
    expect(relayed(body)).toEqual({ body, hidden: false });
  }
  expect(relayed({ stream: true }, { stream_usage: false })).toEqual({
    body: { stream: true },
    hidden: false,
  });
  expect(relayed({ stream: true, stream_options: "x" })).toEqual({
    body: { stream: true, stream_options: "x" },
    hidden: false,
  });
});

test("C037: the limit goes under the name the vendor takes; a caller who sends both decides", () => {
  const newer = { max_tokens_field: "max_completion_tokens" };
  const older = { max_tokens_field: "max_tokens" };
  expect(relayed({ max_tokens: 5 }, newer).body).toEqual({ max_completion_tokens: 5 });
  expect(relayed({ max_completion_tokens: 5, stream: true }, older).body).toMatchObject({ max_tokens: 5 });
  expect(relayed({ max_tokens: 5, max_completion_tokens: 6 }, newer).body).toEqual({
    max_tokens: 5,
    max_completion_tokens: 6,
  });
  expect(relayed({ max_tokens: 5 }).body).toEqual({ max_tokens: 5 });
});
