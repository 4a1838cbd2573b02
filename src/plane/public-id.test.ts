import { expect, test } from "bun:test";
import { formatId, isId } from "./public-id.ts";

test("an id holds all 128 bits in 26 characters", () => {
  expect(formatId("req", new Uint8Array(16))).toBe(`req_${"0".repeat(26)}`);
  expect(formatId("req", new Uint8Array(16).fill(255))).toBe(`req_7${"z".repeat(25)}`);
});

test("ids sort as their bytes do", () => {
  const ids = Array.from({ length: 500 }, () => Bun.randomUUIDv7("buffer"));
  const byBytes = [...ids].sort(Buffer.compare).map((id) => formatId("key", id));
  expect([...byBytes].sort()).toEqual(byBytes);
  expect(new Set(byBytes).size).toBe(500);
});

test("only well-formed ids of the prefix are ids", () => {
  const id = formatId("prov", Bun.randomUUIDv7("buffer"));
  expect(isId("prov", id)).toBe(true);
  expect(isId("key", id)).toBe(false);
  expect(isId("prov", `${id}x`)).toBe(false);
  expect(isId("prov", "prov_../../etc")).toBe(false);
});
