import { expect, test } from "bun:test";
import { MessagesRelayReader, relayMarks } from "./relay-reader.ts";

const start =
  '{"type":"message_start","message":{"usage":{"input_tokens":9,"cache_read_input_tokens":4,"output_tokens":1}}}';
const delta = '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}';

test("usage adds up, and the end is seen", () => {
  const reader = new MessagesRelayReader();
  expect(reader.usage).toBeUndefined();
  reader.read(start);
  expect(reader.finished).toBe(false);
  reader.read(delta);
  reader.read('{"type":"message_stop"}');
  expect(reader.usage).toMatchObject({ input: 9, cacheRead: 4, output: 7 });
  expect(reader.finished).toBe(true);
  expect(reader.missingEnd).toBe("");
});

test("a stream that lacks only its farewell is finished by it", () => {
  const reader = new MessagesRelayReader();
  reader.read(delta);
  expect(reader.finished).toBe(true);
  expect(reader.missingEnd).toBe('event: message_stop\ndata: {"type":"message_stop"}\n\n');
});

test("errors are kept, broken payloads and words about usage are not mistaken", () => {
  const reader = new MessagesRelayReader();
  reader.read("{");
  reader.read(
    '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\"usage\\" message_stop"}}',
  );
  expect([reader.usage, reader.finished, reader.error]).toEqual([undefined, false, undefined]);
  reader.read('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}');
  expect(reader.error).toMatchObject({ kind: "overloaded", status: 529 });
});

test("every payload that matters bears a mark", () => {
  for (const payload of [start, delta, '{"type":"message_stop"}', '{"type":"error","error":{}}']) {
    expect(relayMarks.texts.some((mark) => payload.includes(mark))).toBe(true);
  }
});
