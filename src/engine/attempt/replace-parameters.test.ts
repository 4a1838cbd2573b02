import { expect, test } from "bun:test";
import fc from "fast-check";
import { scanTopLevel } from "../../wire/json/top-level.ts";
import { replaceParameters } from "./replace-parameters.ts";

const replaced = (text: string, parameters: Readonly<Record<string, unknown>>) => {
  const body = Buffer.from(text);
  const result = Buffer.from(replaceParameters(body, { scan: scanTopLevel(body), parameters })).toString();
  expect(body.toString()).toBe(text);
  return result;
};

test("fields are set, replaced and removed; the others keep their bytes", () => {
  const text = `{ "model":"m" , "temperature": 1.0, "n":2,"messages": [ 1.50, {"a":"}"} ]}`;
  expect(replaced(text, { temperature: 0.2, n: null, top_p: 0.9 })).toBe(
    `{"model":"m","messages": [ 1.50, {"a":"}"} ],"temperature":0.2,"top_p":0.9}`,
  );
});

test("what names the model and asks for a stream is the caller's", () => {
  const text = `{"model":"m","stream":true}`;
  expect(replaced(text, { model: "x", stream: null })).toBe(text);
});

test("the first, the last, all and none can be removed", () => {
  expect(replaced(`{"a":1,"b":2}`, { a: null })).toBe(`{"b":2}`);
  expect(replaced(`{"a":1,"b":2}`, { b: null })).toBe(`{"a":1}`);
  expect(replaced(`{"a":1,"b":2}`, { a: null, b: null })).toBe("{}");
  expect(replaced("{}", { a: null })).toBe("{}");
  expect(replaced("{}", { a: 1 })).toBe(`{"a":1}`);
});

test("any object and any change give what a parser would have made of them", () => {
  const name = fc.string({ maxLength: 4 }).filter((text) => !["model", "stream", "__proto__"].includes(text));
  const object = fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(object, object, (before, change) => {
      const expected: Record<string, unknown> = { ...before, ...change };
      for (const [key, value] of Object.entries(change)) if (value === null) delete expected[key];
      expect(JSON.parse(replaced(JSON.stringify(before), change))).toEqual(
        JSON.parse(JSON.stringify(expected)),
      );
    }),
  );
});
