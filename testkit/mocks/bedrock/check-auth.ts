import { createHash, createHmac } from "node:crypto";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { exception } from "./error.ts";

/** The account's credentials the mock accepts. */
export interface MockAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set: only calls with this token are accepted. */
  readonly sessionToken?: string;
  readonly apiKey: string;
  readonly region: string;
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Checks a bearer key or recomputes the signature from the request, as the front door does; undefined when it is right. */
export function checkAuth(request: RecordedRequest, account: MockAccount): VendorAnswer | undefined {
  const value = request.headers.get("authorization");
  if (value === null) return exception("AccessDeniedException", "Missing Authentication Token");
  if (value.startsWith("Bearer ")) {
    if (value === `Bearer ${account.apiKey}`) return undefined;
    return exception(
      "AccessDeniedException",
      "Authentication failed: Please make sure your API Key is valid.",
    );
  }
  const [, keyId, date, region, service, names = "", signature] = authorization.exec(value) ?? [];
  if (keyId !== account.accessKeyId) {
    return exception("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if ((request.headers.get("x-amz-security-token") ?? undefined) !== account.sessionToken) {
    return exception("ExpiredTokenException", "The security token included in the request is expired");
  }
  const time = request.headers.get("x-amz-date") ?? "";
  const age =
    Date.now() - Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(age) < 300_000)) return exception("InvalidSignatureException", "Signature expired");
  if (region !== account.region || service !== "bedrock" || !time.startsWith(date ?? "-")) {
    return exception("InvalidSignatureException", "Credential should be scoped to a valid region.");
  }
  const signed = names.split(";");
  if (!signed.includes("host") || !signed.includes("x-amz-date")) {
    return exception("InvalidSignatureException", "'Host' and 'X-Amz-Date' must be signed headers.");
  }
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical(request, signed))].join("\n");
  const secret = `AWS4${account.secretAccessKey}`;
  const key = [date ?? "", region, service, "aws4_request"].reduce<string | Buffer>(
    (k, part) => hmac(k, part),
    secret,
  );
  if (hmac(key, text).toString("hex") === signature) return undefined;
  return exception(
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
  );
}

function canonical(request: RecordedRequest, signed: readonly string[]): string {
  // The path on the wire is encoded once more.
  const path = request.path.split("/").map(encode).join("/");
  const query = [...request.query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = signed.map(
    (name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/\s+/g, " ")}\n`,
  );
  return [request.method, path, query, headers.join(""), signed.join(";"), sha256(request.text)].join("\n");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
