import type { Quirks } from "../../wire/protocol.ts";
import type { DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { trimSlashes } from "./base-url.ts";
import { wrongOption } from "./misconfigured.ts";
import { textOption } from "./options.ts";

/** What an admin sets for every model of a server; each is a quirk of the same name in wire/ollama. */
export const ollamaOptionForm: readonly FormField[] = [
  {
    name: "num_ctx",
    label: "Context length",
    type: "text",
    required: false,
    placeholder: "32768",
    help: "Tokens a model is loaded with. The server's own default may be 4096, and longer prompts are cut in silence.",
  },
  {
    name: "keep_alive",
    label: "Keep models loaded for",
    type: "text",
    required: false,
    placeholder: "30m",
    help: "A duration such as 30m, -1 for always, 0 for not at all; five minutes unless set.",
  },
];

/** The options as quirks; what is not set is the server's to decide. */
export function ollamaQuirks(context: DriverContext): Quirks {
  const contextLength = textOption(context, "num_ctx", "");
  const keepAlive = textOption(context, "keep_alive", "");
  return {
    ...(contextLength !== "" && { num_ctx: Number(contextLength) }),
    ...(keepAlive !== "" && { keep_alive: keepAlive }),
  };
}

/** Which option is not of its form; undefined when all are. */
export function optionProblem(context: DriverContext): Misconfiguration | undefined {
  if (!/^(|[1-9]\d{0,7})$/.test(textOption(context, "num_ctx", "")))
    return wrongOption("num_ctx", "must be a whole number of tokens");
  if (!/^(|0|-1|(\d+(\.\d+)?(ms|s|m|h))+)$/.test(textOption(context, "keep_alive", "")))
    return wrongOption("keep_alive", "must be a duration such as 30m or 1h30m, 0, or -1");
  return undefined;
}

/** The server's root, from whatever its admin copied: the API's base, or that of the OpenAI-compatible one. */
export function ollamaRoot(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.pathname = trimSlashes(url.pathname).replace(/\/(api|v1)(\/(chat|tags|chat\/completions))?$/, "");
  return trimSlashes(url.href);
}
