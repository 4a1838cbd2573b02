import {
  type DisconnectPolicy,
  disconnectPolicies,
  type KeyScope,
  keyScopes,
} from "../../../plane/snapshot.ts";
import { slugPattern, slugRule } from "../../limits/slug.ts";
import type { ConfigKey } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";
import { parseName, parseReference, parseStrings } from "./parse-values.ts";

/** One entry of `keys`; undefined when it cannot be read (its problems are on the reader). */
export function parseKey(reader: ConfigReader, value: Value): ConfigKey | undefined {
  if (value.node === undefined) return reader.problem(value, "a key needs a `name`");
  const read = reader.object(value, [
    "name",
    "value",
    "scopes",
    "allowed_models",
    "strict",
    "on_disconnect",
    "agent",
    "agent_role",
    "expires_at",
  ]);
  if (!read) return undefined;
  const name = parseName(reader, value, read("name"));
  const reference = read("value");
  const rest = {
    value: reference.node === undefined ? undefined : parseReference(reader, reference),
    scopes: parseScopes(reader, read("scopes")),
    allowedModels: parseStrings(reader, read("allowed_models")),
    strict: reader.boolean(read("strict")) ?? false,
    onDisconnect: parsePolicy(reader, read("on_disconnect")) ?? "cancel",
    ...parseAgent(reader, read("agent"), read("agent_role")),
    expiresAt: parseTime(reader, read("expires_at")),
  };
  return name === undefined ? undefined : { pointer: value.pointer, name, ...rest };
}

function parseScopes(reader: ConfigReader, value: Value): readonly KeyScope[] {
  const scopes = parseStrings(reader, value);
  if (scopes === undefined) return ["gateway"];
  const known = keyScopes.filter((scope) => scopes.includes(scope));
  if (known.length === 0 || !scopes.every((scope) => keyScopes.some((each) => each === scope))) {
    reader.problem(value, "`scopes` must be a list of `gateway`, `read`, `admin` and `operator`");
  }
  return known;
}

function parsePolicy(reader: ConfigReader, value: Value): DisconnectPolicy | undefined {
  if (value.node === undefined) return undefined;
  const text = reader.string(value);
  if (text === undefined) return undefined;
  const policy = disconnectPolicies.find((each) => each === text);
  return policy ?? reader.problem(value, "`on_disconnect` must be `cancel`, `drain` or `keep`");
}

function parseAgent(reader: ConfigReader, named: Value, role: Value): Pick<ConfigKey, "agent" | "agentRole"> {
  const slug = (value: Value) => {
    const text = value.node === undefined ? undefined : reader.string(value);
    return text === undefined || slugPattern.test(text) ? text : reader.problem(value, slugRule);
  };
  const [agent, agentRole] = [slug(named), slug(role)];
  if (role.node !== undefined && named.node === undefined)
    reader.problem(role, "`agent_role` needs an `agent` whose role it is");
  return { agent, agentRole };
}

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function parseTime(reader: ConfigReader, value: Value): number | undefined {
  if (value.node === undefined) return undefined;
  const text = reader.string(value);
  if (text === undefined) return undefined;
  const time = timestamp.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time)
    ? reader.problem(value, "`expires_at` must be a time with its zone, e.g. 2030-01-31T00:00:00Z")
    : time;
}
