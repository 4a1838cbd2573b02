import { mostCount, mostUsd } from "../../limits/limit-bounds.ts";
import { slugPattern, slugRule } from "../../limits/slug.ts";
import type { ConfigLimit, ConfigSubject } from "./config-document.ts";
import type { ConfigReader, Value } from "./config-reader.ts";

const limitKeys = [
  "subject",
  "requests_per_minute",
  "tokens_per_minute",
  "concurrency",
  "day_usd",
  "month_usd",
  "allow_unpriced",
] as const;

/** One entry of `limits`; undefined when it cannot be read (its problems are on the reader). */
export function parseLimit(reader: ConfigReader, value: Value): ConfigLimit | undefined {
  if (value.node === undefined) return reader.problem(value, "a limit needs a `subject`");
  const read = reader.object(value, limitKeys);
  if (!read) return undefined;
  const count = (name: (typeof limitKeys)[number]) => reader.integer(read(name), { min: 1, max: mostCount });
  const usd = (name: (typeof limitKeys)[number]) => reader.number(read(name), { min: 0, max: mostUsd });
  const numbers = {
    requestsPerMinute: count("requests_per_minute"),
    tokensPerMinute: count("tokens_per_minute"),
    concurrency: count("concurrency"),
    dayUsd: usd("day_usd"),
    monthUsd: usd("month_usd"),
  };
  const allowUnpriced = reader.boolean(read("allow_unpriced")) ?? false;
  const named = read("subject");
  const name =
    named.node === undefined ? reader.problem(value, "`subject` is missing") : reader.string(named);
  const subject = name === undefined ? undefined : readSubject(name);
  if (name === undefined) return undefined;
  if (subject === undefined) return reader.problem(named, subjectRule);
  if (Object.values(numbers).every((number) => number === undefined))
    reader.problem(value, "a limit must limit something, e.g. `requests_per_minute: 60`");
  return { pointer: value.pointer, name, subject, ...numbers, allowUnpriced };
}

const subjectRule =
  "`subject` must be `org`, `provider/NAME`, `key/NAME`, `agent/NAME` or `agent/NAME/ROLE`; " +
  `an agent's and a role's name ${slugRule}`;

function readSubject(text: string): ConfigSubject | undefined {
  if (text === "org") return { kind: "org" };
  const slash = text.indexOf("/");
  const [kind, rest] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash === -1 || rest === "") return undefined;
  if (kind === "provider" || kind === "key") return { kind, name: rest };
  const [agent = "", role, ...more] = rest.split("/");
  if (kind !== "agent" || more.length > 0 || !slugPattern.test(agent)) return undefined;
  if (role === undefined) return { kind: "agent", agent };
  return slugPattern.test(role) ? { kind: "agent_role", agent, role } : undefined;
}
