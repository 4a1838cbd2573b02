import fc from "fast-check";
import type { ByteDamage, FrameDamage, ValueDamage } from "./damage.ts";

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const length = fc.integer({ min: 1, max: 400 });

/** Nested lists as deep as no vendor's answer is. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** A value where another was expected. */
const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, "", [], {}, [null], [[]], { type: null }),
  fc.constantFrom<unknown>(
    "error",
    "response.failed",
    "stop",
    "tool_calls",
    "end_turn",
    "STOP",
    "\ud800",
    "\0\n\r",
  ),
  fc.jsonValue(),
  fc.integer({ min: 1, max: 4 }).map((n) => "x".repeat(n * 50_000)),
  fc.integer({ min: 1, max: 20 }).map((n) => nested(n * 100)),
  fc.array(fc.constant({}), { minLength: 100, maxLength: 300 }),
);

const fieldName = fc.oneof(
  fc.constantFrom(
    "error",
    "type",
    "index",
    "choices",
    "usage",
    "content",
    "__proto__",
    "constructor",
    "toString",
  ),
  fc.string({ maxLength: 12 }),
);

/** Changes inside JSON. */
export const valueDamage: fc.Arbitrary<ValueDamage> = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), pick: fc.nat(), value: wrongValue }),
  fc.record({ kind: fc.constant("field" as const), pick: fc.nat(), name: fieldName, value: wrongValue }),
  fc.record({ kind: fc.constant("remove" as const), pick: fc.nat() }),
);

/** Bytes of no meaning, UTF-8 that is none, and marks of framings. */
const junkBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
  fc.constantFrom(
    ...[
      "\n\n",
      "\r\n\r\n",
      "data:",
      "data: [DONE]\n\n",
      "event: error\n",
      ": ping\n\n",
      "{}\n",
      "\u0000",
      "<html>",
    ].map((text) => new Uint8Array(Buffer.from(text))),
    Uint8Array.of(0xff, 0xfe, 0xc0, 0x80),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0, 0, 0, 0xff, 0, 0, 0, 0xf0, 1, 2, 3, 4),
  ),
);

/** Changes of bytes. */
export const byteDamage: fc.Arbitrary<ByteDamage> = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: share }),
  fc.record({ kind: fc.constant("flip" as const), at: share, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant("insert" as const), at: share, bytes: junkBytes }),
  fc.record({ kind: fc.constant("delete" as const), at: share, count: length }),
  fc.record({ kind: fc.constant("repeat" as const), at: share, count: length }),
);

const junkData = fc.oneof(
  fc.constantFrom(
    "",
    "[DONE]",
    "{",
    "null",
    "[]",
    "{}",
    '{"error":{}}',
    '{"error":"no"}',
    '{"type":"error"}',
    '"x"',
    "<html>",
  ),
  fc.json(),
  fc.string(),
);

/** Changes of the row of events. */
export const frameDamage: fc.Arbitrary<FrameDamage> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("drop" as const, "twice" as const, "swap" as const),
      at: share,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("junk" as const),
      at: share,
      data: junkData,
      named: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("inside" as const), at: share, damage: valueDamage }),
  },
);

/** How large the pieces are in which bytes arrive. */
export const pieceSize = fc.constantFrom(1, 7, 61, 1021, 1 << 20);
export { junkBytes, junkData, wrongValue };
