import { expect, test } from "bun:test";
import { PenstockError } from "../errors/penstock-error.ts";
import { ObjectReader } from "./read-json.ts";

function problemOf(run: () => unknown): { param: string | undefined; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof PenstockError) return { param: error.param, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

const reader = new ObjectReader(
  { text: "a", nothing: null, list: [1], flag: "yes", count: 1.5, kind: "car", deep: { n: 9 } },
  "messages[2]",
);

test("a refusal names the field and says what it must be", () => {
  expect(problemOf(() => reader.string("list"))).toEqual({
    param: "messages[2].list",
    message: "`messages[2].list` must be a string, not an array.",
  });
  expect(problemOf(() => reader.string("missing")).message).toBe(
    "`messages[2].missing` must be a string, not missing.",
  );
  expect(problemOf(() => reader.optionalBoolean("flag")).message).toBe(
    "`messages[2].flag` must be true or false, not a string.",
  );
  expect(problemOf(() => reader.optionalInteger("count")).message).toBe(
    "`messages[2].count` must be an integer, not 1.5.",
  );
  expect(problemOf(() => reader.object("deep").optionalNumber("n", { min: 0, max: 2 }))).toEqual({
    param: "messages[2].deep.n",
    message: "`messages[2].deep.n` must be between 0 and 2.",
  });
  expect(problemOf(() => reader.oneOf("kind", ["bus", "train"])).message).toBe(
    '`messages[2].kind` must be one of "bus", "train", not "car".',
  );
  expect(problemOf(() => new ObjectReader([], ""))).toEqual({
    param: undefined,
    message: "The request body must be an object, not an array.",
  });
});

test("null is absent where a field is optional", () => {
  expect(reader.optionalString("nothing")).toBeUndefined();
  expect(reader.optionalObject("nothing")).toBeUndefined();
  expect(reader.optionalArray("nothing")).toEqual([]);
});

test("rest keeps what is unknown and cannot be poisoned", () => {
  const hostile = new ObjectReader(JSON.parse('{"__proto__":{"admin":true},"a":1,"b":2,"c":null}'), "");
  const rest = hostile.rest(new Set(["a"]));
  expect(rest).toEqual({ b: 2 });
  expect("admin" in rest).toBe(false);
});
