import type { ErrorProblem } from "../errors/penstock-error.ts";
import { type FallbackRule, fallbackRules } from "../limits/redis/local-share.ts";
import { Secret } from "../secrets/secret.ts";

/** The Redis that replicas share their limits by. */
export interface RedisSettings {
  /** May hold a password. */
  readonly url: Secret;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  /** What becomes of limited calls while Redis is gone. */
  readonly fallback: FallbackRule;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultTimeoutMs = 50;

/** Undefined: none is set. What is wrong is added to `problems`, without the URL. */
export function readRedisSettings(env: Environment, problems: ErrorProblem[]): RedisSettings | undefined {
  const fallback = readFallback(env, problems);
  const timeoutMs = readTimeout(env, problems);
  const text = env.PENSTOCK_REDIS_URL;
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(text);
  if (url === null || !/^(redis|valkey)s?:$/.test(url.protocol) || url.hostname === "")
    problems.push({
      path: "PENSTOCK_REDIS_URL",
      message: "must be redis://[user:password@]host[:port][/database], or rediss:// for TLS",
    });
  return { url: new Secret(text), timeoutMs, fallback };
}

function readFallback(env: Environment, problems: ErrorProblem[]): FallbackRule {
  const text = env.PENSTOCK_LIMITS_FALLBACK || "share";
  const rule = fallbackRules.find((known) => known === text);
  if (rule !== undefined) return rule;
  const message = `must be ${fallbackRules.join(", ")}, not ${JSON.stringify(text)}`;
  problems.push({ path: "PENSTOCK_LIMITS_FALLBACK", message });
  return "share";
}

function readTimeout(env: Environment, problems: ErrorProblem[]): number {
  const text = env.PENSTOCK_REDIS_TIMEOUT_MS;
  if (text === undefined || text === "") return defaultTimeoutMs;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 5 && value <= 10_000) return value;
  const message = `must be a whole number from 5 to 10000, not ${JSON.stringify(text)}`;
  problems.push({ path: "PENSTOCK_REDIS_TIMEOUT_MS", message });
  return defaultTimeoutMs;
}
