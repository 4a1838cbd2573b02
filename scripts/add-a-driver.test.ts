import { expect, test } from "bun:test";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const read = (path: string) => Bun.file(join(root, path)).text();

test("the driver that docs/add-a-driver.md shows is the one in the folder", async () => {
  const [, shown] = /```ts\n(import [\s\S]*?)```/.exec(await read("docs/add-a-driver.md")) ?? [];
  expect(shown).toBe(await read("src/drivers/anthropic.ts"));
});
