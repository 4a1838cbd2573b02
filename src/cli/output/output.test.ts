import { expect, test } from "bun:test";
import { parseExpiry } from "../input/expiry.ts";
import { formatCost, formatDuration } from "./format.ts";
import { formatPlan } from "./plan.ts";
import { formatTable } from "./table.ts";
import { harmless } from "./terminal.ts";

test.each([
  [0, "$0"],
  [12.345, "$12.35"],
  [0.5, "$0.500"],
  [0.00012345, "$0.000123"],
  [0.0000000001, "$0.0000000001"],
])("%p USD reads %s", (usd, text) => {
  expect(formatCost(usd)).toBe(text);
});

test("times are short", () => {
  expect(formatDuration(12.4)).toBe("12 ms");
  expect(formatDuration(1550)).toBe("1.6 s");
});

test("table columns line up, wide characters and gaps included", () => {
  const rows = [
    { name: "a", model: "日本" },
    { name: "long name", model: "" },
  ];
  const table = formatTable(rows, [
    { title: "NAME", value: ({ name }) => name },
    { title: "MODEL", value: ({ model }) => model },
    { title: "END", value: () => "x" },
  ]);
  expect(table.split("\n")).toEqual(["NAME       MODEL  END", "a          日本   x", "long name  -      x"]);
});

test("text from elsewhere cannot steer the terminal", () => {
  expect(harmless("a\u001b]0;title\u0007b\u009b31mc\td\n\r")).toBe("a]0;titleb31mc\td\n");
  expect(formatTable([{ name: "x\n\u001b[2Jy" }], [{ title: "N", value: ({ name }) => name }])).toBe(
    "N\nx [2Jy",
  );
});

test("a plan says field by field what changes, and of a secret only that it does", () => {
  const text = formatPlan([
    { action: "unchanged", kind: "key", org: "default", name: "same", changes: [] },
    { action: "delete", kind: "provider", org: "default", name: "old", changes: [] },
    {
      action: "update",
      kind: "provider",
      org: "default",
      name: "main",
      changes: [
        { field: "priority", before: 100, after: 5 },
        { field: "credentials.api_key", before: "[secret]", after: "[secret]" },
        { field: "options.region", before: "eu", after: null },
      ],
    },
  ]);
  expect(text.split("\n")).toEqual([
    "- provider old  (org default)",
    "~ provider main  (org default)",
    "    priority: 100 -> 5",
    "    credentials.api_key: [secret], changed",
    "    options.region: eu -> (none)",
    "",
    "0 to create, 1 to change, 1 to delete, 1 unchanged",
  ]);
});

test("an expiry is a span from now or a time with its zone", () => {
  const now = Date.UTC(2030, 0, 1);
  expect(parseExpiry("2d", now)).toBe("2030-01-03T00:00:00.000Z");
  expect(parseExpiry("90m", now)).toBe("2030-01-01T01:30:00.000Z");
  expect(parseExpiry("2031-01-01T00:00:00+01:00", now)).toBe("2030-12-31T23:00:00.000Z");
  for (const text of ["0d", "2d3h", "2031-01-01", "2031-13-01T00:00:00Z", "2029-01-01T00:00:00Z", ""]) {
    expect(() => parseExpiry(text, now)).toThrow("--expires");
  }
});
