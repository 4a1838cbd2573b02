export { parseKeyFormat } from "../../secrets/key-format.ts";
