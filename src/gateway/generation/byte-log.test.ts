import { expect, test } from "bun:test";
import fc from "fast-check";
import { ByteLog } from "./byte-log.ts";

const chunk = fc.oneof(fc.string({ maxLength: 30 }), fc.uint8Array({ maxLength: 9_000 }));

/** Everything that can be read from `at` on. */
function readFrom(log: ByteLog, at: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let place = at, piece = log.read(place); piece !== undefined; piece = log.read(place)) {
    pieces.push(piece);
    place += piece.length;
  }
  return Buffer.concat(pieces);
}

test("whatever was appended is read from any place that was not forgotten, also after the room was moved", () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), fc.nat(), (chunks, seed) => {
      const log = new ByteLog();
      const whole = Buffer.concat(chunks.map((each) => Buffer.from(each as Uint8Array)));
      let forgotten = 0;
      const handedOut: { piece: Uint8Array; at: number }[] = [];
      for (const each of chunks) {
        log.append(each);
        const piece = log.read(forgotten);
        if (piece !== undefined) handedOut.push({ piece, at: forgotten });
        forgotten += log.end > forgotten ? seed % (log.end - forgotten + 1) : 0;
        log.forget(forgotten);
      }
      log.seal();
      expect(log.end).toBe(whole.length);
      expect(readFrom(log, forgotten).equals(whole.subarray(forgotten))).toBe(true);
      // Bytes that were handed out are never written again: a slow socket may still hold them.
      for (const { piece, at } of handedOut)
        expect(Buffer.compare(piece, whole.subarray(at, at + piece.length))).toBe(0);
    }),
  );
});

test("copies what it is given, and gives the memory of what is forgotten back", () => {
  const log = new ByteLog();
  const buffer = new Uint8Array(100_000).fill(1);
  log.append(buffer);
  buffer.fill(2);
  expect(readFrom(log, 0).every((byte) => byte === 1)).toBe(true);
  const before = log.size;
  log.forget(99_000);
  expect(log.size).toBeLessThan(before / 10);
  log.forget(100_000);
  expect(log.size).toBeLessThan(5_000);
  expect(log.read(100_000)).toBeUndefined();
});
