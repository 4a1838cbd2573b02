import { checkSigv4, type SigningAccount } from "./shared/check-sigv4.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "./shared/mock-server.ts";

/** A role that the mock lets be assumed, and the keys it gives out for it. */
export interface MockRole {
  readonly arn: string;
  /** What its trust asks for; absent: nothing. */
  readonly externalId?: string;
  readonly issued: SigningAccount & { readonly sessionToken: string };
  /** Seconds its keys live; an hour unless told. */
  readonly seconds?: number;
}

export interface StsMockOptions {
  /** Whose signature it accepts. */
  readonly account: SigningAccount;
  readonly roles: readonly MockRole[];
  readonly listen?: Listen;
}

const fields: ReadonlySet<string> = new Set([
  ...["Action", "Version", "RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds"],
]);

/** Starts a strict AWS STS that knows AssumeRole. Source: AWS Security Token Service API reference. */
export function startStsMock({ account, roles, listen }: StsMockOptions): MockVendor {
  function check(request: RecordedRequest): VendorAnswer | undefined {
    if (request.method !== "POST" || request.path !== "/") return refused(404, "UnknownOperation");
    const fault = checkSigv4(request, { account, service: "sts" });
    if (fault?.type === "UnrecognizedClientException") return refused(403, "InvalidClientTokenId");
    if (fault !== undefined)
      return refused(403, fault.type === "ExpiredTokenException" ? "ExpiredToken" : "SignatureDoesNotMatch");
    if (request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") !== true)
      return refused(400, "InvalidAction");
    const form = new URLSearchParams(request.text);
    if (form.get("Action") !== "AssumeRole" || form.get("Version") !== "2011-06-15")
      return refused(400, "InvalidAction");
    if ([...form.keys()].some((name) => !fields.has(name))) return refused(400, "ValidationError");
    if (!/^[\w+=,.@-]{2,64}$/.test(form.get("RoleSessionName") ?? "")) return refused(400, "ValidationError");
    const role = roleOf(form);
    if (role === undefined || (role.externalId ?? null) !== form.get("ExternalId"))
      return refused(403, "AccessDenied");
    return undefined;
  }

  const roleOf = (form: URLSearchParams) => roles.find(({ arn }) => arn === form.get("RoleArn"));

  function answer(request: RecordedRequest): VendorAnswer {
    const form = new URLSearchParams(request.text);
    const role = roleOf(form);
    if (role === undefined) throw new Error("an unknown role passed the check");
    const { issued, seconds = 3600, arn } = role;
    const expiration = new Date(Date.now() + seconds * 1000).toISOString();
    return xml(
      200,
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><AssumedRoleId>AROA:${form.get("RoleSessionName")}</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
  <Credentials>
    <AccessKeyId>${issued.accessKeyId}</AccessKeyId>
    <SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey>
    <SessionToken>${issued.sessionToken.replaceAll("&", "&amp;")}</SessionToken>
    <Expiration>${expiration}</Expiration>
  </Credentials>
</AssumeRoleResult></AssumeRoleResponse>`,
    );
  }

  return startMockServer({
    apiKey: account.accessKeyId,
    listen,
    behaviour: {
      check,
      answer,
      headers: () => ({ "x-amzn-requestid": "mock" }),
      frame() {
        throw new Error("this service streams nothing");
      },
    },
  });
}

function refused(status: number, code: string): VendorAnswer {
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>canary of ${code}</Message></Error></ErrorResponse>`,
  );
}

function xml(status: number, body: string): VendorAnswer {
  return { status, body, headers: { "content-type": "text/xml" } };
}
