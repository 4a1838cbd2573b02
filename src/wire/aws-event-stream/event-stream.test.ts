import { describe, expect, test } from "bun:test";
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { crc32 } from "./crc32.ts";
import { EventStreamFramer } from "./event-stream-framer.ts";
import { readFrameName, writeFrameName } from "./frame-name.ts";
import { writeMessage } from "./write-message.ts";

// Messages as the vendor frames them, computed independently of this code.
const delta = hex(
  "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e",
  "0d3a6d6573736167652d74797065070005" +
    "6576656e74" +
    "7b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d7d1f944657",
);
const throttled = hex(
  "00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e",
  "0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22546f6f206d616e79207265717565737473227de67f8005",
);
const deltaFrame = { event: "contentBlockDelta", data: '{"contentBlockIndex":0,"delta":{"text":"Hi"}}' };
const throttledFrame = { event: "exception:throttlingException", data: '{"message":"Too many requests"}' };

function hex(...parts: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(parts.join(""), "hex"));
}

function frames(chunks: readonly Uint8Array[]): SseFrame[] {
  const framer = new EventStreamFramer();
  const out: SseFrame[] = [];
  for (const chunk of chunks) framer.push(chunk, out);
  framer.end(out);
  return out;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function failure(bytes: Uint8Array): PenstockError | undefined {
  try {
    frames([bytes]);
    return undefined;
  } catch (error) {
    if (error instanceof PenstockError) return error;
    throw error;
  }
}

describe("reading", () => {
  test("the vendor's own messages", () => {
    expect(frames([delta, throttled])).toEqual([deltaFrame, throttledFrame]);
  });

  test("the writer writes them byte for byte", () => {
    expect(writeMessage({ kind: "event", name: deltaFrame.event }, deltaFrame.data)).toEqual(delta);
    const exception = { kind: "exception", name: "throttlingException" } as const;
    expect(writeMessage(exception, throttledFrame.data)).toEqual(throttled);
  });

  test("cut at any two bytes they give the same frames", () => {
    const bytes = join(delta, throttled, delta);
    for (let a = 0; a <= bytes.length; a++) {
      for (const b of [a, Math.min(bytes.length, a + 1), Math.min(bytes.length, a + 13), bytes.length]) {
        const cut = [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)];
        if (!Bun.deepEquals(frames(cut), [deltaFrame, throttledFrame, deltaFrame]))
          expect({ a, b }).toBeNull();
      }
    }
    expect(frames([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
      deltaFrame,
      throttledFrame,
      deltaFrame,
    ]);
  });

  test("any events, in any pieces, come back as they were", () => {
    const message = fc.record({
      name: fc.string({ maxLength: 20 }).filter((name) => !name.includes(":")),
      data: fc.json(),
      kind: fc.constantFrom("event", "exception"),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(400)), (messages, cuts) => {
        const bytes = join(...messages.map(({ kind, name, data }) => writeMessage({ kind, name }, data)));
        const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        const read = frames(chunks).map(({ event, data }) => ({ ...readFrameName(event), data }));
        expect(read).toEqual(messages.map(({ kind, name, data }) => ({ kind, name, data })));
      }),
    );
  });

  test("a message that was cut is told as such", () => {
    for (let end = 1; end < delta.length; end++) {
      expect(frames([throttled, delta.subarray(0, end)])).toEqual([
        throttledFrame,
        { event: undefined, data: "", partial: true },
      ]);
    }
  });

  test("a wrong byte anywhere is found", () => {
    for (let at = 0; at < delta.length; at++) {
      const broken = new Uint8Array(delta);
      broken[at] = (broken[at] ?? 0) ^ 0x10;
      expect(failure(join(broken, throttled))?.code).toBe("upstream_malformed");
    }
  });

  test("a length that would fill the memory is refused at its prelude", () => {
    for (const [total, headers] of [
      [0xffffffff, 0],
      [15, 0],
      [100, 200],
      [300_000, 200_000],
    ] as const) {
      const prelude = new Uint8Array(12);
      const view = new DataView(prelude.buffer);
      view.setUint32(0, total);
      view.setUint32(4, headers);
      view.setUint32(8, crc32(prelude, 0, 8));
      expect(failure(prelude)?.message).toContain("impossible length");
    }
  });

  test("other types of headers are passed over, a message without a type is refused", () => {
    const typed = (...headers: readonly number[][]) => rebuild(delta, headers.flat());
    const other = [
      [1, 97, 0],
      [1, 98, 1],
      [1, 99, 2, 7],
      [1, 100, 3, 0, 7],
      [1, 101, 4, 0, 0, 0, 7],
      [1, 102, 5, 0, 0, 0, 0, 0, 0, 0, 7],
      [1, 103, 6, 0, 2, 1, 2],
      [1, 104, 8, 0, 0, 0, 0, 0, 0, 0, 7],
      [1, 105, 9, ...Array<number>(16).fill(1)],
    ];
    const own = [...delta.subarray(12, 12 + 0x57)];
    expect(frames([typed(...other, own)])).toEqual([deltaFrame]);
    expect(failure(typed(...other))?.message).toContain("without a known type");
    expect(failure(typed([1, 97, 10]))?.message).toContain("unknown type");
    expect(failure(typed([9, 97]))?.message).toContain("longer than the headers");
    expect(failure(typed([1, 97, 7, 255, 255, 1]))?.message).toContain("longer than the headers");
  });

  test("an error message says its code and its words", () => {
    const text = (name: string, value: string) => [
      name.length,
      ...Buffer.from(name),
      7,
      0,
      value.length,
      ...Buffer.from(value),
    ];
    const headers = [
      ...text(":message-type", "error"),
      ...text(":error-code", "Boom"),
      ...text(":error-message", "it broke"),
    ];
    expect(frames([rebuild(delta, headers)])).toEqual([
      { event: "error:Boom", data: '{"message":"it broke"}' },
    ]);
  });

  test("garbage is an error of ours, never another one, and never a hang", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const error = failure(bytes);
        expect(error === undefined || error.code === "upstream_malformed").toBe(true);
      }),
    );
  });
});

test("names are read as they were written", () => {
  for (const name of [
    { kind: "event", name: "exceptional" },
    { kind: "exception", name: "x:y" },
    { kind: "error", name: "" },
  ] as const)
    expect(readFrameName(writeFrameName(name))).toEqual(name);
});

test("the checksum is zlib's", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(crc32(bytes)).toBe(zlibCrc32(bytes))));
});

test("the time grows with the bytes, not with the number of chunks", () => {
  const large = writeMessage(
    { kind: "event", name: "contentBlockDelta" },
    JSON.stringify({ text: "x".repeat(2_000_000) }),
  );
  const chunks = Array.from({ length: Math.ceil(large.length / 7) }, (_, i) =>
    large.subarray(i * 7, i * 7 + 7),
  );
  const start = performance.now();
  expect(frames(chunks)).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(1500);
});

/** The message with other headers and right checksums. */
function rebuild(message: Uint8Array, headers: readonly number[]): Uint8Array {
  const view = new DataView(message.buffer, message.byteOffset);
  const payload = message.subarray(12 + view.getUint32(4), message.length - 4);
  const bytes = new Uint8Array(16 + headers.length + payload.length);
  const out = new DataView(bytes.buffer);
  out.setUint32(0, bytes.length);
  out.setUint32(4, headers.length);
  out.setUint32(8, crc32(bytes, 0, 8));
  bytes.set(headers, 12);
  bytes.set(payload, 12 + headers.length);
  out.setUint32(bytes.length - 4, crc32(bytes, 0, bytes.length - 4));
  return bytes;
}
