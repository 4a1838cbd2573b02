import { defined } from "../../wire/defined.ts";
import type { DriverContext, FormField, Misconfiguration, Upstream } from "../driver.ts";
import { flagOption, jsonOption, listOption } from "./list-option.ts";
import { wrongOption } from "./misconfigured.ts";
import { textOption } from "./options.ts";

const text = (name: string, label: string, help?: string): FormField => ({
  name,
  label,
  type: "text",
  required: false,
  ...(help !== undefined && { help }),
});
const flag = (name: string, label: string): FormField => ({ name, label, type: "boolean", required: false });
const select = (name: string, label: string, values: readonly string[]): FormField => ({
  name,
  label,
  type: "select",
  required: false,
  values,
});

const commas = "Separated by commas.";

/** How a vendor that passes calls on to others shall choose them: what every request gets that does not say otherwise. */
export const routingForm: readonly FormField[] = [
  text("order", "Providers to try first, in order", commas),
  text("only", "Only these providers", commas),
  text("ignore", "Never these providers", commas),
  flag("allow_fallbacks", "Other providers when these fail"),
  flag("require_parameters", "Only providers that take every parameter of the request"),
  select("data_collection", "Providers that collect data", ["allow", "deny"]),
  flag("zdr", "Only endpoints without data retention"),
  flag("enforce_distillable_text", "Only models whose output may be distilled"),
  text("quantizations", "Quantizations", commas),
  select("sort", "Sort providers by", ["price", "throughput", "latency", "exacto"]),
  text("max_price", "Highest price", 'JSON in USD per million tokens, e.g. {"prompt": 1, "completion": 2}'),
  text("preferred_min_throughput", "Preferred least throughput", "Tokens a second."),
  text("preferred_max_latency", "Preferred greatest latency", "Seconds."),
  text("models", "Models to fall back to", commas),
  text("transforms", "Transforms", commas),
  text("plugins", "Plugins", 'JSON, e.g. [{"id": "web"}]'),
];

const numbers = ["preferred_min_throughput", "preferred_max_latency"] as const;

/** The fields of a request the options stand for; undefined when none is set. */
export function routingDefaults(context: DriverContext): Upstream["bodyDefaults"] {
  const word = (name: string) => textOption(context, name, "") || undefined;
  const number = (name: string) => (word(name) === undefined ? undefined : Number(word(name)));
  const provider = defined({
    order: listOption(context, "order"),
    only: listOption(context, "only"),
    ignore: listOption(context, "ignore"),
    allow_fallbacks: flagOption(context, "allow_fallbacks"),
    require_parameters: flagOption(context, "require_parameters"),
    data_collection: word("data_collection"),
    zdr: flagOption(context, "zdr"),
    enforce_distillable_text: flagOption(context, "enforce_distillable_text"),
    quantizations: listOption(context, "quantizations"),
    sort: word("sort"),
    max_price: jsonOption(context, "max_price"),
    preferred_min_throughput: number("preferred_min_throughput"),
    preferred_max_latency: number("preferred_max_latency"),
  });
  const defaults = defined({
    provider: Object.keys(provider).length === 0 ? undefined : provider,
    models: listOption(context, "models"),
    transforms: listOption(context, "transforms"),
    plugins: jsonOption(context, "plugins"),
  });
  return Object.keys(defaults).length === 0 ? undefined : defaults;
}

/** Who may see the data holds for vectors, too; models to fall back to, and plugins, are those of a chat. */
export function providerDefaults(context: DriverContext): Upstream["bodyDefaults"] {
  const provider = routingDefaults(context)?.provider;
  return provider === undefined ? undefined : { provider };
}

/** The first option that is not of its form. */
export function routingProblem(context: DriverContext): Misconfiguration | undefined {
  for (const name of ["max_price", "plugins"]) {
    const isSet = textOption(context, name, "") !== "";
    const value = jsonOption(context, name);
    if (isSet && (value === undefined || Array.isArray(value) !== (name === "plugins")))
      return wrongOption(name, `must be a JSON ${name === "plugins" ? "array" : "object"}`);
  }
  const odd = numbers.find((name) => !(Number(textOption(context, name, "0")) >= 0));
  return odd === undefined ? undefined : wrongOption(odd, "must be a number");
}
