import { createHash, createHmac } from "node:crypto";
import type { RecordedRequest } from "./mock-server.ts";

/** The credentials a mock of AWS accepts. */
export interface SigningAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set: only calls with this token are accepted. */
  readonly sessionToken?: string;
  readonly region: string;
}

/** What is wrong with a signature, as AWS names it. */
export interface SignatureFault {
  readonly type: "UnrecognizedClientException" | "ExpiredTokenException" | "InvalidSignatureException";
  readonly message: string;
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Recomputes the signature (version 4) from the request; undefined when it is right. */
export function checkSigv4(
  request: RecordedRequest,
  { account, service }: { readonly account: SigningAccount; readonly service: string },
): SignatureFault | undefined {
  const invalid = "The security token included in the request is invalid.";
  const value = request.headers.get("authorization") ?? "";
  const [, keyId, date, region, named, names = "", signature] = authorization.exec(value) ?? [];
  if (keyId !== account.accessKeyId) return { type: "UnrecognizedClientException", message: invalid };
  if ((request.headers.get("x-amz-security-token") ?? undefined) !== account.sessionToken) {
    const message = "The security token included in the request is expired";
    return { type: "ExpiredTokenException", message };
  }
  const time = request.headers.get("x-amz-date") ?? "";
  const age =
    Date.now() - Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(age) < 300_000)) return fault("Signature expired");
  if (region !== account.region || named !== service || !time.startsWith(date ?? "-")) {
    return fault("Credential should be scoped to a valid region.");
  }
  const signed = names.split(";");
  if (!signed.includes("host") || !signed.includes("x-amz-date")) {
    return fault("'Host' and 'X-Amz-Date' must be signed headers.");
  }
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical(request, signed))].join("\n");
  const secret = `AWS4${account.secretAccessKey}`;
  const key = [date ?? "", region, service, "aws4_request"].reduce<string | Buffer>(
    (k, part) => hmac(k, part),
    secret,
  );
  if (hmac(key, text).toString("hex") === signature) return undefined;
  return fault(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
  );
}

function fault(message: string): SignatureFault {
  return { type: "InvalidSignatureException", message };
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
