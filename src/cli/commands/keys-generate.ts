import { newKeyValue } from "../../services/config/document/new-key-value.ts";
import { defineCliCommand } from "../cli-command.ts";
import { print } from "../output/terminal.ts";

/** Prints a fresh key value, made here and known to nobody, for `keys[].value` of a configuration file. */
export const keysGenerateCommand = defineCliCommand({
  summary: "Print a fresh key value for a configuration file",
  args: {},
  examples: ["export CI_PENSTOCK_KEY=$(penstock keys generate)"],
  run() {
    print(newKeyValue());
  },
});
