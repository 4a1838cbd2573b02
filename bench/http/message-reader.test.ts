import { expect, test } from "bun:test";
import fc from "fast-check";
import { BenchError } from "../bench-error.ts";
import { MessageReader } from "./message-reader.ts";

const text =
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" +
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n" +
  "HTTP/1.1 204 No Content\r\nx: y\r\n\r\n" +
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\ntrailer: 1\r\n\r\n";

function read(pieces: readonly Buffer[]): { bodies: string[]; statuses: string[]; idle: boolean } {
  const bodies: string[] = [];
  const statuses: string[] = [];
  let body = "";
  const reader = new MessageReader({
    head: (head) => {
      statuses.push(head.slice(9, 12));
      body = "";
    },
    body: (piece) => {
      body += piece.toString();
    },
    end: () => bodies.push(body),
  });
  for (const piece of pieces) reader.push(piece);
  return { bodies, statuses, idle: reader.idle };
}

const whole = {
  bodies: ["hello", "abc0123456789abcdef", "", ""],
  statuses: ["200", "200", "204", "200"],
  idle: true,
};

test("reads length, chunked and empty bodies one after the other", () => {
  expect(read([Buffer.from(text)])).toEqual(whole);
});

test("reads the same wherever the bytes are cut", () => {
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
  }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
      const pieces: Buffer[] = [];
      for (let at = 0, index = 0; at < bytes.length; index += 1) {
        const size = sizes[index % sizes.length] ?? 1;
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      expect(read(pieces)).toEqual(whole);
    }),
  );
});

test("a half message is not taken for a whole one", () => {
  const half = read([Buffer.from(text.slice(0, 40))]);
  expect(half.bodies).toEqual([]);
  expect(half.idle).toBe(false);
});

test("says so when a chunk size is none", () => {
  const broken = Buffer.from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
  expect(() => read([broken])).toThrow(BenchError);
});
