import { createHash } from "node:crypto";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { DriverFetch } from "../driver.ts";
import { readBounded } from "../shared/read-bounded.ts";
import { type AwsCredentials, KeptKey } from "./kept-key.ts";
import { type AwsKey, sigv4 } from "./sigv4.ts";

/** A role of an account, as it is assumed. */
export interface AwsRole {
  readonly arn: string;
  /** What the role's owner agreed on with whoever assumes it; undefined: nothing. */
  readonly externalId: string | undefined;
  /** How the account's logs name these sessions. */
  readonly sessionName: string;
  /** Whose STS is asked. */
  readonly region: string;
}

const timeoutMs = 10_000;
const maxBytes = 64 * 1024;
/** Roles whose keys are kept; the one not used for longest is forgotten beyond. */
const maxRoles = 1_000;
const kept = new Map<string, KeptKey>();

/**
 * The role's own key, asked for with `key` and kept until five minutes before it expires, the same for whoever assumes the same role
 * with the same key (`owner` tells keys apart).
 *
 * @throws PenstockError `upstream_credential_rejected` or `provider_misconfigured` when the role cannot be assumed, `upstream_*`
 *   when STS cannot be asked.
 */
export function keyOfRole(
  role: AwsRole,
  asking: { readonly owner: string; readonly key: () => Promise<AwsKey>; readonly fetch: DriverFetch },
): Promise<AwsKey> {
  const { arn, externalId, sessionName, region } = role;
  const parts = [arn, externalId, sessionName, region, asking.owner];
  const name = createHash("sha256").update(JSON.stringify(parts)).digest("base64");
  const known = kept.get(name) ?? new KeptKey();
  // The one used last stands last.
  kept.delete(name);
  kept.set(name, known);
  const [oldest] = kept.keys();
  if (kept.size > maxRoles && oldest !== undefined) kept.delete(oldest);
  return known.key(async () => assumeRole(role, { key: await asking.key(), fetch: asking.fetch }));
}

/** Source: AWS Security Token Service API reference, AssumeRole. */
async function assumeRole(
  role: AwsRole,
  { key, fetch }: { readonly key: AwsKey; readonly fetch: DriverFetch },
): Promise<AwsCredentials> {
  const { arn, externalId, sessionName, region } = role;
  const url = `https://${stsHost(region)}/`;
  const body = new URLSearchParams({
    ...{ Action: "AssumeRole", Version: "2011-06-15", RoleArn: arn, RoleSessionName: sessionName },
    ...(externalId !== undefined && { ExternalId: externalId }),
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "text/xml" };
  const signed = await sigv4({ key, scope: { service: "sts", region } })({
    method: "POST",
    url,
    headers,
    body,
  });
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method: "POST", headers: { ...headers, ...signed }, body, signal });
    text = (await readBounded(response, maxBytes)) ?? "";
  } catch (error) {
    if (error instanceof PenstockError) throw error;
    if (!signal.aborted) throw new PenstockError("upstream_unreachable", { cause: error });
    throw new PenstockError("upstream_timeout", { fields: { seconds: timeoutMs / 1000 } });
  }
  if (!response.ok) throw refusal(response.status, element(text, "Code"));
  const accessKeyId = element(text, "AccessKeyId");
  const secretAccessKey = element(text, "SecretAccessKey");
  const sessionToken = element(text, "SessionToken");
  const expiration = new Date(element(text, "Expiration") ?? "");
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw malformed();
  // Credentials that have ended, or that say no end, are none.
  if (!(expiration.getTime() > Date.now())) throw malformed();
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** AWS's host of a region for tokens, in the partition of the region. */
export function stsHost(region: string): string {
  return `sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of an element that holds nothing else. */
function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]?.trim();
  return text?.replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole);
}

/** The codes that refuse who asks; the role itself is refused by `AccessDenied`. Any other code is not shown. */
const unknownCaller: ReadonlySet<string> = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
]);

function refusal(status: number, code = ""): PenstockError {
  const said = unknownCaller.has(code) || code === "AccessDenied" ? code : `status ${status}`;
  const reason = `its role cannot be assumed: AWS answered ${said}`;
  if (status === 429 || code.startsWith("Throttling")) return new PenstockError("upstream_rate_limited");
  if (status >= 500) return new PenstockError("upstream_error", { fields: { reason: `${reason}.` } });
  const refused = unknownCaller.has(code) || status === 401;
  return new PenstockError(refused ? "upstream_credential_rejected" : "provider_misconfigured", {
    fields: { reason },
  });
}

function malformed(): PenstockError {
  const fields = { reason: "the answer to AssumeRole holds no credentials that are good" };
  return new PenstockError("upstream_malformed", { fields });
}
