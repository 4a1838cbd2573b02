import { Secret } from "../../secrets/secret.ts";
import { readObject, readText } from "../shared/read-value.ts";

/** What a token endpoint gives. */
export interface TokenAnswer {
  readonly token: Secret;
  readonly lifetimeMs: number;
  /** Whether the server said how long it lives; else `lifetimeMs` is an assumption. */
  readonly isLifetimeStated: boolean;
  /** Instead of the one that was used. */
  readonly refreshToken: Secret | undefined;
  /** What was granted, as the server writes it. */
  readonly scope: string | undefined;
}

/** For a server that does not say (RFC 6749 §5.1 leaves it open): short enough to be true anywhere. */
const assumedLifetimeMs = 300_000;

/** A successful answer of a token endpoint; undefined when it is none. */
export function readToken(body: unknown): TokenAnswer | undefined {
  const answer = readObject(body);
  const token = readText(answer?.access_token);
  const type = readText(answer?.token_type) ?? "bearer";
  if (answer === undefined || token === undefined || type.toLowerCase() !== "bearer") return undefined;
  // A token no header can hold would fail later, with less to say.
  if (!/^[\x21-\x7e]+$/.test(token)) return undefined;
  const refresh = readText(answer.refresh_token);
  const lifetimeMs = lifetimeOf(answer.expires_in);
  return {
    token: new Secret(token),
    lifetimeMs: lifetimeMs ?? assumedLifetimeMs,
    isLifetimeStated: lifetimeMs !== undefined,
    refreshToken: refresh === undefined ? undefined : new Secret(refresh),
    scope: readText(answer.scope),
  };
}

/** Seconds, which some servers write as a text. */
function lifetimeOf(value: unknown): number | undefined {
  const seconds = typeof value === "string" ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}
