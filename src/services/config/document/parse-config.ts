import { basename } from "node:path";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { ConfigDocument, ConfigOrg } from "./config-document.ts";
import { configInvalid } from "./config-problem.ts";
import { ConfigReader, type Value } from "./config-reader.ts";
import { parseKey } from "./parse-key.ts";
import { parseLimit } from "./parse-limit.ts";
import { parsePrice } from "./parse-price.ts";
import { parseProvider } from "./parse-provider.ts";
import { parseRoute } from "./parse-route.ts";
import { namePattern, nameRule, refuseDuplicateNames } from "./parse-values.ts";

/** What a configuration file may hold, in bytes; far above what people write, far below what hurts. */
export const maxConfigBytes = 1024 * 1024;

/**
 * Reads a configuration file (YAML 1.2). `file` is its name for messages and ownership; only the base name is kept.
 * Pure. Throws `config_invalid` with every problem of the file and its line and column; no message holds a value.
 */
export function parseConfig(text: string, options: { readonly file: string }): ConfigDocument {
  const file = basename(options.file);
  if (Buffer.byteLength(text) > maxConfigBytes) {
    throw configInvalid(file, [
      { position: { line: 1, column: 1 }, message: `the file is larger than ${maxConfigBytes} bytes` },
    ]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const reader = new ConfigReader(document, lines);
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw configInvalid(
      file,
      broken.map((error) => ({ position: reader.at(error.pos[0]), message: yamlReason(error) })),
    );
  }
  const orgs = parseOrgs(reader);
  if (reader.problems.length > 0) throw configInvalid(file, reader.problems);
  return { file, orgs, positions: reader.positions };
}

function parseOrgs(reader: ConfigReader): ConfigOrg[] {
  const root = reader.root();
  const top = reader.object(root, ["orgs"]);
  if (!top) return [];
  const orgs = top("orgs");
  if (orgs.node === undefined) {
    reader.problem(orgs, "the file must start with `orgs:` and name at least one organization under it");
    return [];
  }
  const entries = reader.entries(orgs) ?? [];
  refuseDuplicateNames(
    reader,
    entries.map(([name, value]) => ({ name, value })),
    "organization",
  );
  return entries.flatMap(([name, value]) => {
    if (!namePattern.test(name)) reader.problem(value, `the organization's name ${nameRule}`);
    return parseOrg(reader, { name, value });
  });
}

function parseOrg(reader: ConfigReader, org: { name: string; value: Value }): ConfigOrg[] {
  const read = reader.object(org.value, ["providers", "routes", "default_model", "keys", "limits", "prices"]);
  if (!read) return [];
  const providerValues = reader.list(read("providers"));
  const providers = providerValues.flatMap((value) => parseProvider(reader, value) ?? []);
  const routeValues = reader.list(read("routes"));
  const routes = routeValues.flatMap((value) => parseRoute(reader, value) ?? []);
  const keyValues = reader.list(read("keys"));
  const keys = keyValues.flatMap((value) => parseKey(reader, value) ?? []);
  const limitValues = reader.list(read("limits"));
  const limits = limitValues.flatMap((value) => parseLimit(reader, value) ?? []);
  const priceValues = reader.list(read("prices"));
  const prices = priceValues.flatMap((value) => parsePrice(reader, value) ?? []);
  const placed = (items: readonly { name: string; pointer: string }[], values: readonly Value[]) =>
    items.flatMap((item) => {
      const value = values.find(({ pointer }) => pointer === item.pointer);
      return value ? [{ name: item.name, value }] : [];
    });
  refuseDuplicateNames(reader, placed(providers, providerValues), "provider");
  refuseDuplicateNames(reader, placed(routes, routeValues), "route");
  refuseDuplicateNames(reader, placed(keys, keyValues), "key");
  refuseDuplicateNames(reader, placed(limits, limitValues), "limit");
  refuseDuplicateNames(reader, placed(prices, priceValues), "price");
  return [
    {
      pointer: org.value.pointer,
      name: org.name,
      defaultModel: reader.string(read("default_model")),
      providers,
      routes,
      keys,
      limits,
      prices,
    },
  ];
}

/** The library's text, except where it quotes the file, which may hold a secret put there by mistake. */
function yamlReason(error: YAMLError): string {
  switch (error.code) {
    case "DUPLICATE_KEY":
      return "this key stands twice in the same map; keep one";
    case "MULTIPLE_DOCS":
      return "the file must hold one YAML document; remove what follows `---`";
    case "TAG_RESOLVE_FAILED":
      return "YAML tags are not supported here; remove the `!…`";
    case "BAD_ALIAS":
      return "this alias has no anchor above it";
    case "MISSING_CHAR":
    case "BAD_INDENT":
    case "TAB_AS_INDENT":
    case "BLOCK_IN_FLOW":
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
    case "BAD_SCALAR_START":
      return `not valid YAML: ${error.message}`;
    default:
      return "not valid YAML here; check quotes, colons and indentation";
  }
}
