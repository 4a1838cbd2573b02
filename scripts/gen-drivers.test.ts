import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { drivers } from "../src/drivers/_registry.gen.ts";
import { driverIdOf, renderRegistry } from "./gen-drivers.ts";

const folder = join(import.meta.dir, "../src/drivers");

test("only driver files become entries", () => {
  expect(
    ["a-b.ts", "driver.ts", "a.test.ts", "_registry.gen.ts", "notes.md", "auth"].map(driverIdOf),
  ).toEqual(["a_b", undefined, undefined, undefined, undefined, undefined]);
});

test("the text does not depend on the order of the folder", () => {
  const files = ["zeta.ts", "open-ai.ts", "alpha.ts"];
  expect(renderRegistry(files)).toBe(renderRegistry([...files].reverse()));
  expect(renderRegistry(files)).toContain('import openAi from "./open-ai.ts";');
  expect(renderRegistry(files)).toContain('["open_ai", openAi]');
});

test("the committed registry holds every driver of the folder under its own id", async () => {
  expect(await Bun.file(join(folder, "_registry.gen.ts")).text()).toBe(renderRegistry(readdirSync(folder)));
  for (const [id, driver] of drivers) expect(driver.id).toBe(id);
  expect([...drivers.keys()]).toEqual([...drivers.keys()].sort());
});
