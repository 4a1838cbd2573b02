import { expect, test } from "bun:test";
import { Secret } from "../../secrets/secret.ts";
import { type AwsKey, sigv4 } from "./sigv4.ts";

const key: AwsKey = {
  accessKeyId: new Secret("AKIDEXAMPLE"),
  secretAccessKey: new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
  sessionToken: undefined,
};
const scope = { service: "bedrock", region: "us-east-1" };
const now = () => new Date("2026-01-01T00:00:00Z");
const call = {
  method: "POST",
  url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse",
  headers: { "content-type": "application/json", "x-not-signed": "1" },
  body: '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
} as const;

test("a known call gets the known signature, its path encoded once more", async () => {
  expect(await sigv4({ key, scope, now })(call)).toEqual({
    "x-amz-date": "20260101T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5c59c7f1b09a057eff136d5cf21db481f6ce3b5cd8a57e97fbcb09fe374f718e",
  });
});

test("bytes are signed like the text they are, and another byte gives another signature", async () => {
  const sign = sigv4({ key, scope, now });
  const bytes = await sign({ ...call, body: Buffer.from(call.body) });
  expect(bytes).toEqual(await sign(call));
  expect(await sign({ ...call, body: `${call.body} ` })).not.toEqual(bytes);
});

test("a session token travels with the call and is signed", async () => {
  const session = { ...key, sessionToken: new Secret("token/1") };
  const headers = await sigv4({ key: session, scope, now })(call);
  expect(headers["x-amz-security-token"]).toBe("token/1");
  expect(headers.authorization).toContain("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,");
});
