import { expect, test } from "bun:test";
import fc from "fast-check";
import { editBody } from "./edit-body.ts";
import { readField, scanTopLevel } from "./top-level.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (body: Uint8Array) => new TextDecoder().decode(body);

test("finds every top-level field of any object, however it is spaced", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ maxLength: 40, unit: "binary" }), fc.jsonValue({ maxDepth: 3 })),
      fc.constantFrom(undefined, 1, "\t", "\r\n "),
      (value, indent) => {
        const body = bytes(JSON.stringify(value, null, indent));
        const scan = scanTopLevel(body);
        const expected = JSON.parse(text(body));
        const names = [...scan.fields].map(([name]) => name);
        expect(names.sort()).toEqual(Object.keys(expected).sort());
        for (const name of names) expect(readField(body, scan, name)).toEqual(expected[name]);
      },
    ),
  );
});

test("numbers are read as JSON reads them, or refused as it does", () => {
  const texts = ["0", "9", "4096", "-1", "-0", "1.5", "1e3", "999999999999999", "9007199254740993"];
  for (const text of [...texts, "00", "012", "1a", "-"]) {
    const body = bytes(`{"n":${text} }`);
    const parse = () => JSON.parse(text);
    const read = () => readField(body, scanTopLevel(body), "n");
    if (texts.includes(text)) expect(read()).toBe(parse());
    else expect(read).toThrow("not valid JSON");
  }
  fc.assert(
    fc.property(fc.maxSafeNat(), (n) => {
      const body = bytes(`{"n":${n}}`);
      expect(readField(body, scanTopLevel(body), "n")).toBe(n);
    }),
  );
});

test("long strings with any escapes are skipped whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("\\", '"', "a", "}", "é", "\n"), { minLength: 0, maxLength: 200 }),
      (pieces) => {
        const body = bytes(JSON.stringify({ a: pieces.join(""), b: [pieces.join("")], model: "m" }));
        expect(readField(body, scanTopLevel(body), "model")).toBe("m");
      },
    ),
    { numRuns: 500 },
  );
});

test("a body cut anywhere is refused, never misread", () => {
  const body = bytes(JSON.stringify({ model: 'm\\"x', messages: [{ content: "hi \\ there" }], n: 1 }));
  for (let end = 0; end < body.length; end++)
    expect(() => scanTopLevel(body.subarray(0, end))).toThrow("not valid JSON");
});

test("a field named twice is refused, escaped or not", () => {
  expect(() => scanTopLevel(bytes('{"model":"a","model":"b"}'))).toThrow('"model" stands twice');
  expect(() => scanTopLevel(bytes('{"model":"a","mod\\u0065l":"b"}'))).toThrow('"model" stands twice');
});

test("what is not one object is refused", () => {
  for (const wrong of ["", "  ", "[]", "null", '"x"', "{} {}", '{"a" 1}', '{"a":}', "{a:1}", '{"a":1,}']) {
    expect(() => scanTopLevel(bytes(wrong))).toThrow("not valid JSON");
  }
});

test("an edit that fits is made in place, one that does not moves the rest", () => {
  const make = () => bytes('{"model":"prov/model-x","n":1}');
  const range = scanTopLevel(make()).fields.get("model");
  if (range === undefined) throw new Error("no model");
  const inPlace = make();
  expect(editBody(inPlace, [{ ...range, text: '"model-x"' }])).toBe(inPlace);
  expect(JSON.parse(text(inPlace))).toEqual({ model: "model-x", n: 1 });
  const grown = editBody(make(), [
    { start: 1, end: 1, text: '"stream":true,' },
    { ...range, text: '"a-much-longer-model-name"' },
  ]);
  expect(JSON.parse(text(grown))).toEqual({ stream: true, model: "a-much-longer-model-name", n: 1 });
});
