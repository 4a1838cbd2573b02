import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ToolNameRule, ToolNames } from "./tool-names.ts";

const rule: ToolNameRule = { character: /[A-Za-z0-9_-]/, first: /[A-Za-z_]/, maxLength: 20 };
const shape = /^[A-Za-z_][A-Za-z0-9_-]{0,19}$/;

test("every name fits, comes back, and no two share one", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60, unit: "binary" }), { maxLength: 30 }),
      (names) => {
        const toolNames = new ToolNames();
        const safe = names.map((name) => toolNames.safe(name, rule));
        for (const name of safe) expect(name).toMatch(shape);
        expect(new Set(safe).size).toBe(names.length);
        expect(safe.map((name) => toolNames.original(name))).toEqual(names);
        expect(names.map((name) => new ToolNames().safe(name, rule)).length).toBe(names.length);
      },
    ),
  );
});

test("a name that fits stays, and the same name always becomes the same", () => {
  expect(new ToolNames().safe("get_weather", rule)).toBe("get_weather");
  const long = "mcp__server.example__very_long_tool_name";
  expect(new ToolNames().safe(long, rule)).toBe(new ToolNames().safe(long, rule));
});
