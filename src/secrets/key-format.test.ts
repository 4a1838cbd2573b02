import { expect, test } from "bun:test";
import fc from "fast-check";
import { generateKey, parseKeyFormat, previewKey } from "./key-format.ts";

test("generated keys parse as their carrier, have one length, and never repeat", () => {
  const keys = Array.from({ length: 200 }, () => generateKey("header").reveal());
  for (const key of keys) {
    expect(key).toMatch(/^psk_[0-9A-Za-z]{49}$/);
    expect(parseKeyFormat(key)).toBe("header");
  }
  expect(new Set(keys).size).toBe(200);
  expect(parseKeyFormat(generateKey("url").reveal())).toBe("url");
});

test("one wrong character is no key: typos are refused before any hash", () => {
  const key = generateKey("header").reveal();
  fc.assert(
    fc.property(fc.nat(key.length - 1), fc.constantFrom("a", "B", "7", "-", " ", "é"), (at, to) => {
      fc.pre(key[at] !== to);
      expect(parseKeyFormat(key.slice(0, at) + to + key.slice(at + 1))).toBeUndefined();
    }),
  );
});

test("a header key with a URL prefix is no key, nor the other way round", () => {
  expect(parseKeyFormat(generateKey("header").reveal().replace("psk_", "psu_"))).toBeUndefined();
  expect(parseKeyFormat(generateKey("url").reveal().replace("psu_", "psk_"))).toBeUndefined();
});

test("anything else is no key", () => {
  fc.assert(fc.property(fc.string(), (text) => expect(parseKeyFormat(text)).toBeUndefined()));
});

test("a preview shows eight characters at most", () => {
  const key = generateKey("header");
  expect(previewKey(key)).toBe(`psk_…${key.reveal().slice(-4)}`);
});
