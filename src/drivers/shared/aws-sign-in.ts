import { apiKeyAuth, bearer } from "../auth/api-key.ts";
import { type AwsRole, keyOfRole } from "../auth/assume-role.ts";
import type { AwsChain } from "../auth/aws-chain.ts";
import { type AwsKey, type SigningScope, sigv4 } from "../auth/sigv4.ts";
import type { Authorize, DriverContext, DriverFetch, FormField, Misconfiguration } from "../driver.ts";
import { isAwsHost } from "./aws-endpoint.ts";
import { roleOf } from "./aws-role.ts";
import { wrongCredential, wrongCredentials, wrongOption } from "./misconfigured.ts";
import { textOption } from "./options.ts";

export const awsCredentialForm: readonly FormField[] = [
  { name: "access_key_id", label: "Access key id", type: "secret", required: false },
  { name: "secret_access_key", label: "Secret access key", type: "secret", required: false },
  {
    name: "session_token",
    label: "Session token",
    type: "secret",
    required: false,
    help: "Of temporary keys.",
  },
  {
    name: "api_key",
    label: "Bedrock API key",
    type: "secret",
    required: false,
    help: "Instead of an access key.",
  },
];

/** Whose credentials sign: a choice of the admin, never what happens to be there. */
export const signInOption: FormField = {
  name: "sign_in",
  label: "Credentials",
  type: "select",
  required: false,
  default: "own",
  values: ["own", "default_chain"],
  help: "default_chain: those of the server itself, by AWS's default chain, where its operator allows it.",
};

/** Why the credential cannot sign; undefined when it can. `chain` is there when the operator allows it. */
export function signInProblem(
  context: DriverContext,
  chain: AwsChain | undefined,
): Misconfiguration | undefined {
  const { credential } = context;
  const {
    access_key_id: keyId,
    secret_access_key: secret,
    session_token: token,
    api_key: apiKey,
  } = credential;
  const signIn = textOption(context, "sign_in", "own");
  if (signIn === "default_chain") {
    if (chain === undefined)
      return wrongOption(
        "sign_in",
        "asks for the server's own AWS credentials, which its operator has not allowed (PENSTOCK_AWS_DEFAULT_CHAIN)",
      );
    if (Object.values(credential).some((value) => value !== undefined))
      return wrongCredentials("both a credential and `sign_in: default_chain` are set: keep one of them");
    // What the server signs goes to AWS only, wherever an admin would like to have it.
    return isAwsHost(context.baseUrl)
      ? undefined
      : {
          path: "/base_url",
          message: "with `sign_in: default_chain` the base URL must be an https URL of AWS",
        };
  }
  if (signIn !== "own") return wrongOption("sign_in", "must be own or default_chain");
  if (apiKey !== undefined) {
    const both = keyId !== undefined || secret !== undefined || token !== undefined;
    return both ? wrongCredentials("both `api_key` and an access key are set: keep one of them") : undefined;
  }
  if (keyId !== undefined && secret !== undefined) return undefined;
  if (keyId === undefined && secret === undefined) {
    return wrongCredentials("the credential needs `access_key_id` with `secret_access_key`, or `api_key`");
  }
  return wrongCredential(keyId === undefined ? "access_key_id" : "secret_access_key", "is missing");
}

/** How calls are signed: a key in a header, or a signature. */
export interface AwsSignIn {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorize: Authorize | undefined;
}

/** The way to sign that was chosen; `signInProblem` has found nothing. */
export function awsSignIn(
  context: DriverContext,
  { scope, chain }: { readonly scope: SigningScope; readonly chain: AwsChain | undefined },
): AwsSignIn {
  const role = roleOf(context, scope.region);
  if (textOption(context, "sign_in", "own") === "default_chain") {
    if (chain === undefined) return { headers: {}, authorize: undefined };
    const key = () => chain.key();
    return {
      headers: {},
      authorize: byKey(role === undefined ? key : inRole(role, { owner: "", key }), scope),
    };
  }
  const {
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
    session_token,
  } = context.credential;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return { headers: apiKeyAuth(context.credential.api_key, bearer).headers, authorize: undefined };
  }
  const key = { accessKeyId, secretAccessKey, sessionToken: session_token };
  if (role === undefined) return { headers: {}, authorize: sigv4({ key, scope }) };
  const owner = [accessKeyId, secretAccessKey, session_token].map((part) => part?.reveal() ?? "").join(" ");
  return { headers: {}, authorize: byKey(inRole(role, { owner, key: async () => key }), scope) };
}

type GetKey = (fetch: DriverFetch) => Promise<AwsKey>;

function inRole(
  role: AwsRole,
  asking: { readonly owner: string; readonly key: () => Promise<AwsKey> },
): GetKey {
  return (fetch) => keyOfRole(role, { ...asking, fetch });
}

/** Signs with a key that changes. */
function byKey(getKey: GetKey, scope: SigningScope): Authorize {
  let last: { readonly key: AwsKey; readonly sign: Authorize } | undefined;
  return async (call, fetch) => {
    const key = await getKey(fetch);
    last = last?.key === key ? last : { key, sign: sigv4({ key, scope }) };
    return last.sign(call, fetch);
  };
}
