import { resolve } from "node:path";
import type { Grant } from "../drivers/driver.ts";
import { type Cidr, parseCidr } from "../egress/cidr.ts";
import type { HttpClientName } from "../egress/egress-guard.ts";
import type { EgressPolicy } from "../egress/is-forbidden-address.ts";
import { type AttemptRules, defaultAttemptRules } from "../engine/attempt/attempt-rules.ts";
import type { Timeouts } from "../engine/engine-context.ts";
import { type ErrorProblem, PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import type { DisconnectLimits } from "../gateway/generation/create-generations.ts";
import { type KekSettings, localKek, parseKek } from "../secrets/kek-settings.ts";
import type { OidcSettings } from "../services/identity/oidc-settings.ts";
import { type DatabaseLimits, defaultDatabaseLimits } from "../storage/postgres/database-limits.ts";
import { readDisconnectLimits } from "./disconnect-settings.ts";
import { readHttpClient } from "./http-client-setting.ts";
import { type MetricsAccess, readMetricsAccess } from "./metrics-access.ts";
import { readOidcSettings } from "./oidc-settings.ts";
import { type RedisSettings, readRedisSettings } from "./redis-settings.ts";
import { type Role, readRole } from "./role.ts";
import { readWorkerCount } from "./worker-count.ts";

/** Everything the environment decides, read once at start. */
export interface Settings {
  readonly role: Role;
  /** Processes that serve calls; 1: this one does everything. */
  readonly workers: number;
  readonly port: number;
  /** Undefined: all interfaces. */
  readonly host: string | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** What bounds the use of PostgreSQL. */
  readonly databaseLimits: DatabaseLimits;
  readonly masterKey: string | undefined;
  /** What wraps the master keys. */
  readonly kek: KekSettings;
  /** The configuration file to apply at start. */
  readonly configFile: string | undefined;
  /** How clients reach this server, without a slash at the end; undefined: localhost and the port. */
  readonly publicUrl: string | undefined;
  /** Bytes of a request body, after decompression. */
  readonly bodyLimit: number;
  /** Milliseconds that calls in flight get to finish at shutdown. */
  readonly drainMs: number;
  /** Milliseconds of a vendor's silence after which the client of a stream gets a sign of life. */
  readonly keepaliveMs: number;
  /** What may be connected to besides the public internet. */
  readonly egress: EgressPolicy;
  /** What models are called by. */
  readonly httpClient: HttpClientName;
  /** Proxies whose word on the client's address is taken. */
  readonly trustedProxies: readonly Cidr[];
  /** The OIDC server people may sign in by. */
  readonly oidc: OidcSettings | undefined;
  /** What of the server's own its organizations may use. */
  readonly grants: ReadonlySet<Grant>;
  /** How often vendors are asked by themselves, in milliseconds; 0: not at all. */
  readonly timing: { readonly probeMs: number; readonly discoveryMs: number };
  /** Days that the ledger keeps its rows; undefined: for ever. */
  readonly ledgerDays: number | undefined;
  /** Bytes of usage records that may wait in the data folder for the database. */
  readonly spoolBytes: number;
  /** Who may read the metrics. */
  readonly metrics: MetricsAccess;
  /** Whether each gateway call is written to standard output, as one line of JSON. */
  readonly requestLog: boolean;
  /** What bounds calls that outlive their clients. */
  readonly disconnects: DisconnectLimits;
  /** What limits are shared by; undefined: they are counted in this process. */
  readonly redis: RedisSettings | undefined;
  /** How long vendors may be silent. */
  readonly timeouts: Timeouts;
  /** How hard calls are tried. */
  readonly attempts: AttemptRules;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @throws PenstockError `unprocessable` naming every variable that is wrong.
 */
export function readSettings(env: Environment): Settings {
  const problems: ErrorProblem[] = [];
  const whole = (
    name: string,
    { fallback, min, max }: { fallback: number; min: number; max: number },
  ): number => {
    const text = env[name];
    if (text === undefined || text === "") return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    problems.push({
      path: name,
      message: `must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`,
    });
    return fallback;
  };
  const flag = (name: string): boolean => {
    const text = env[name] ?? "";
    if (!/^(true|false|)$/.test(text))
      problems.push({ path: name, message: `must be true or false, not ${JSON.stringify(text)}` });
    return text === "true";
  };
  const port = whole("PENSTOCK_PORT", { fallback: 8080, min: 0, max: 65_535 });
  const host = env.PENSTOCK_HOST || undefined;
  const role = readRole(env, problems);
  const settings: Settings = {
    role,
    workers: readWorkerCount(env, { role, platform: process.platform }, problems),
    port,
    host,
    dataDir: resolve(env.PENSTOCK_DATA || "./data"),
    databaseUrl: env.PENSTOCK_DATABASE_URL || undefined,
    databaseLimits: {
      pool: whole("PENSTOCK_DATABASE_POOL", { fallback: defaultDatabaseLimits.pool, min: 2, max: 1000 }),
      statementTimeoutMs: whole("PENSTOCK_DATABASE_STATEMENT_TIMEOUT_MS", {
        fallback: defaultDatabaseLimits.statementTimeoutMs,
        min: 100,
        max: 3_600_000,
      }),
    },
    masterKey: env.PENSTOCK_MASTER_KEY || undefined,
    kek: readKek(env, problems),
    configFile: env.PENSTOCK_CONFIG || undefined,
    publicUrl: readPublicUrl(env, problems),
    bodyLimit: whole("PENSTOCK_BODY_LIMIT_MB", { fallback: 32, min: 1, max: 1024 }) * 1024 * 1024,
    drainMs: whole("PENSTOCK_DRAIN_SECONDS", { fallback: 30, min: 0, max: 3600 }) * 1000,
    keepaliveMs: whole("PENSTOCK_KEEPALIVE_SECONDS", { fallback: 15, min: 1, max: 3600 }) * 1000,
    trustedProxies: readRanges({ env, name: "PENSTOCK_TRUST_PROXY" }, problems),
    oidc: readOidcSettings(env, problems),
    egress: {
      allow: readRanges({ env, name: "PENSTOCK_EGRESS_ALLOW" }, problems),
      // An embedded database is one machine's own installation, where a model server beside it is nobody else's.
      loopback: !env.PENSTOCK_DATABASE_URL,
    },
    httpClient: readHttpClient(env, problems),
    grants: new Set(flag("PENSTOCK_AWS_DEFAULT_CHAIN") ? ["aws_default_chain" as const] : []),
    // 0, the fallback, is not for others to say: it would read as "keep nothing".
    ledgerDays: whole("PENSTOCK_LEDGER_DAYS", { fallback: 0, min: 1, max: 36_500 }) || undefined,
    spoolBytes: whole("PENSTOCK_SPOOL_MB", { fallback: 1024, min: 16, max: 1_048_576 }) * 1024 * 1024,
    timing: {
      probeMs: whole("PENSTOCK_PROBE_SECONDS", { fallback: 60, min: 0, max: 3600 }) * 1000,
      discoveryMs: whole("PENSTOCK_DISCOVERY_HOURS", { fallback: 24, min: 0, max: 8760 }) * 3_600_000,
    },
    redis: readRedisSettings(env, problems),
    metrics: readMetricsAccess(env.PENSTOCK_METRICS, problems),
    requestLog: onOrOff({ env, name: "PENSTOCK_REQUEST_LOG", fallback: false }, problems),
    disconnects: readDisconnectLimits(whole),
    timeouts: {
      firstByte: whole("PENSTOCK_FIRST_BYTE_SECONDS", { fallback: 120, min: 1, max: 3600 }) * 1000,
      idle: whole("PENSTOCK_IDLE_SECONDS", { fallback: 120, min: 1, max: 3600 }) * 1000,
    },
    attempts: {
      ...defaultAttemptRules,
      retries: whole("PENSTOCK_RETRIES", { fallback: defaultAttemptRules.retries, min: 0, max: 10 }),
      circuits: onOrOff({ env, name: "PENSTOCK_CIRCUITS", fallback: true }, problems),
    },
  };
  if (problems.length > 0) {
    const reason = `Wrong environment: ${problems.map(({ path, message }) => `${path} ${message}`).join("; ")}.`;
    throw new PenstockError("unprocessable", { fields: { reason }, problems });
  }
  return settings;
}

function onOrOff(
  { env, name, fallback }: { readonly env: Environment; readonly name: string; readonly fallback: boolean },
  problems: ErrorProblem[],
): boolean {
  const text = env[name] ?? "";
  if (!/^(on|off|)$/.test(text))
    problems.push({ path: name, message: `must be on or off, not ${JSON.stringify(text)}` });
  return text === "" ? fallback : text === "on";
}

function readKek(env: Environment, problems: ErrorProblem[]): KekSettings {
  const vault = {
    address: env.VAULT_ADDR?.replace(/\/+$/, "") || undefined,
    token: env.VAULT_TOKEN || undefined,
    tokenFile: env.VAULT_TOKEN_FILE || undefined,
    namespace: env.VAULT_NAMESPACE || undefined,
  };
  try {
    return { names: env.PENSTOCK_KEK ? parseKek(env.PENSTOCK_KEK) : localKek.names, vault };
  } catch (error) {
    problems.push({ path: "PENSTOCK_KEK", message: toPenstockError(error).message });
    return { names: localKek.names, vault };
  }
}

function readRanges(
  { env, name }: { readonly env: Environment; readonly name: string },
  problems: ErrorProblem[],
): readonly Cidr[] {
  const texts = (env[name] ?? "").split(/[\s,]+/).filter((text) => text !== "");
  return texts.flatMap((text) => {
    const range = parseCidr(text);
    if (range !== undefined) return range;
    const message = `must be addresses or ranges such as 10.0.0.0/8, not ${JSON.stringify(text)}`;
    problems.push({ path: name, message });
    return [];
  });
}

function readPublicUrl(env: Environment, problems: ErrorProblem[]): string | undefined {
  const text = env.PENSTOCK_PUBLIC_URL;
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(text);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    problems.push({
      path: "PENSTOCK_PUBLIC_URL",
      message: "must be an http or https URL without a query or user",
    });
  }
  return text.replace(/\/+$/, "");
}
