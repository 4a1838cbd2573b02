import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyRing } from "./key-ring.ts";
import { loadKeyRing } from "./load-key-ring.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "penstock-ring-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const load = (mayCreate = true) => loadKeyRing({ masterKey: undefined, dataDir, mayCreate });

describe("master.key", () => {
  test("is made once, only its owner can read it, and no temporary file stays", () => {
    const made = load();
    expect(statSync(join(dataDir, "master.key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(["master.key"]);
    expect(load(false).currentId).toBe(made.currentId);
  });

  test("is refused when others may read it, saying what to do", () => {
    load();
    chmodSync(join(dataDir, "master.key"), 0o640);
    expect(() => load()).toThrow(/chmod 600/);
  });

  test("is not made anew when secrets are sealed already", () => {
    expect(() => load(false)).toThrow(/Put back the key/);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("that is damaged is an error, and is left as it is", () => {
    writeFileSync(join(dataDir, "master.key"), "nonsense", { mode: 0o600 });
    expect(() => load()).toThrow(/entry 1 is not `id:base64`/);
    expect(readFileSync(join(dataDir, "master.key"), "utf8")).toBe("nonsense");
  });
});

describe("PENSTOCK_MASTER_KEY", () => {
  const key = Buffer.alloc(32, 9).toString("base64");

  test("the first key is the current one, and the data folder is not touched", () => {
    const ring = loadKeyRing({ masterKey: ` b:${key} , a:${key}`, dataDir, mayCreate: true });
    expect(ring.currentId).toBe("b");
    expect(ring.ids).toEqual(["b", "a"]);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  const cases: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ["no id", key, /entry 1 is not/],
    ["too short", `a:${Buffer.alloc(16).toString("base64")}`, /key `a` has 16 bytes instead of 32/],
    ["twice the same id", `a:${key},a:${key}`, /`a` stands twice/],
    ["empty", "", /entry 1 is not/],
  ];
  for (const [name, text, message] of cases) {
    test(`${name}: says which entry, never what it holds`, () => {
      expect(() => KeyRing.parse(text, "PENSTOCK_MASTER_KEY")).toThrow(message);
      try {
        KeyRing.parse(text, "PENSTOCK_MASTER_KEY");
      } catch (error) {
        expect(String(error)).not.toContain(key.slice(0, 10));
      }
    });
  }
});
