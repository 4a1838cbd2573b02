import { generateKey } from "../../../secrets/key-format.ts";

/** A fresh value for `keys[].value` of a configuration file. It opens nothing until a file that refers to it is applied. */
export function newKeyValue(): string {
  return generateKey("header").reveal();
}
