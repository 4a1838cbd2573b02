import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { PenstockError } from "../errors/penstock-error.ts";
import type { Binding } from "./binding.ts";
import { rewrap, seal, sealedUnder, unseal } from "./envelope.ts";
import { KeyRing } from "./key-ring.ts";

const entry = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const first = entry("first");
const second = entry("second");
const ring = KeyRing.parse(first, "a test");
const binding: Binding = { orgId: "org_1", entity: "prov_1", field: "api_key" };

describe("a sealed value", () => {
  test("opens to what was sealed, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect(unseal(ring, seal(ring, { value, binding }), binding)).toBe(value);
      }),
    );
  });

  test("is another text each time and holds nothing of the value", () => {
    const texts = Array.from({ length: 50 }, () => seal(ring, { value: "canary-value", binding }));
    expect(new Set(texts).size).toBe(50);
    for (const text of texts) {
      for (const part of text.split(".")) {
        expect(Buffer.from(part, "base64url").toString("latin1")).not.toContain("canary");
      }
    }
  });

  test("does not open in another org, provider or field", () => {
    const sealed = seal(ring, { value: "x", binding });
    for (const elsewhere of [
      { ...binding, orgId: "org_2" },
      { ...binding, entity: "prov_2" },
      { ...binding, field: "api_keyx" },
      { orgId: "org_1prov_1", entity: "", field: "api_key" },
    ]) {
      expect(() => unseal(ring, sealed, elsewhere)).toThrow(PenstockError);
    }
  });

  test("does not open once any character of it was changed", () => {
    const sealed = seal(ring, { value: "some value", binding });
    const { data } = decodeParts(sealed);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom("A", "z", "0", "_", "."), (at, to) => {
        const altered = sealed.slice(0, at) + to + sealed.slice(at + 1);
        // The last character of base64url may carry bits that decode to nothing.
        fc.pre(JSON.stringify(decodeParts(altered)) !== JSON.stringify(decodeParts(sealed)));
        expect(() => unseal(ring, altered, binding)).toThrow(PenstockError);
      }),
      { numRuns: 300 },
    );
    expect(data?.length).toBeGreaterThan(28);
  });

  test("under a key that is not in the ring: the error names the key and no material", () => {
    const sealed = seal(ring, { value: "x", binding });
    const other = KeyRing.parse(second, "a test");
    expect(() => unseal(other, sealed, binding)).toThrow(/master key `first`.*it has second/);
  });
});

describe("rotation", () => {
  const both = KeyRing.parse(`${second},${first}`, "a test");
  const sealed = seal(ring, { value: "kept", binding });
  const renewed = rewrap(both, sealed, binding);

  test("wraps under the current key, and the old one is no longer needed", () => {
    expect(sealedUnder(renewed)).toBe("second");
    expect(unseal(KeyRing.parse(second, "a test"), renewed, binding)).toBe("kept");
  });

  test("leaves the data as it is, and a current value altogether", () => {
    expect(renewed.split(".")[3]).toBe(sealed.split(".")[3] ?? "");
    expect(rewrap(both, renewed, binding)).toBe(renewed);
  });

  test("refuses to re-wrap what does not open in its place", () => {
    expect(() => rewrap(both, sealed, { ...binding, field: "other" })).toThrow(PenstockError);
  });
});

function decodeParts(sealed: string) {
  const [version, keyId, wrapped, data, ...rest] = sealed.split(".");
  const bytes = (text: string | undefined) =>
    text === undefined ? undefined : Buffer.from(text, "base64url");
  return { version, keyId, wrapped: bytes(wrapped), data: bytes(data), rest };
}
