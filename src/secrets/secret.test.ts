import { expect, test } from "bun:test";
import { inspect } from "node:util";
import { generateKey } from "./key-format.ts";
import { KeyRing } from "./key-ring.ts";
import { Secret } from "./secret.ts";
import { Vault } from "./vault.ts";

const canary = "canary-5f1c9e";

/** Every way a value gets into a log, a response or an error. */
function prints(value: object): string {
  return [
    String(value),
    `${value}`,
    JSON.stringify({ value }),
    inspect(value, { depth: 10, showHidden: true }),
    Bun.inspect({ value }, { depth: 10 }),
    JSON.stringify(Object.entries(value)),
    JSON.stringify(structuredClone({ ...value })),
    String(new TypeError(`${value}`).stack),
  ].join("\n");
}

test("a secret never prints its value", () => {
  const secret = new Secret(canary);
  expect(prints(secret)).not.toContain(canary);
  expect(String(secret)).toBe("[secret]");
  expect(secret.reveal()).toBe(canary);
});

test("a generated key, a ring and a vault never print what they hold", () => {
  const key = generateKey("header");
  expect(prints(key)).not.toContain(key.reveal());
  const material = Buffer.alloc(32, 7);
  const ring = KeyRing.parse(`main:${material.toString("base64")}`, "a test");
  const vault = new Vault({ ring, pepper: material });
  for (const printed of [prints(ring), prints(vault)]) {
    expect(printed).not.toContain(material.toString("base64"));
    expect(printed).not.toContain("7, 7, 7");
    expect(printed).not.toContain("07 07 07");
  }
});
