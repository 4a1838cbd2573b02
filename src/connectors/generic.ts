import type { FormField } from "../drivers/driver.ts";
import { readObject, readText } from "../drivers/shared/read-value.ts";
import { type Connector, tokenOf } from "./connector.ts";

const verifyUrl: FormField = {
  name: "verify_url",
  label: "URL that answers only with a good credential",
  type: "url",
  required: true,
  help: "Asked with GET when the connection is saved or verified.",
};

/** Claims of OpenID Connect first (its UserInfo response, §5.3.2), then names that APIs commonly use. */
const idNames = ["sub", "id", "user_id", "uid"];
const accountNames = ["preferred_username", "email", "login", "username", "name"];

/** Any service with bearer tokens, keys in a header, or OAuth2. */
export const generic: Connector = {
  id: "generic",
  label: "Other service",
  description: "Any API with a key in a header, or with OAuth2.",
  credentialForm: [{ name: "api_key", label: "Key or token", type: "secret", required: true }],
  optionForm: [
    verifyUrl,
    { name: "header", label: "Header", type: "text", required: false, default: "authorization" },
    {
      name: "prefix",
      label: "Before the key",
      type: "text",
      required: false,
      default: "Bearer ",
      help: "A space at the end counts; may be empty.",
    },
  ],
  oauth: {
    clientForm: [
      verifyUrl,
      { name: "authorize_url", label: "Authorization URL", type: "url", required: true },
      { name: "token_url", label: "Token URL", type: "url", required: true },
      {
        name: "issuer",
        label: "Issuer",
        type: "url",
        required: false,
        help: "If the server names itself when users come back, it must be this.",
      },
      {
        name: "client_auth",
        label: "The client proves itself",
        type: "select",
        required: false,
        default: "post",
        values: ["post", "basic"],
        help: "post: in the body; basic: by HTTP Basic.",
      },
    ],
    endpoints: ({ authorize_url = "", token_url = "", issuer }) => ({
      authorizeUrl: authorize_url,
      tokenUrl: token_url,
      issuer,
    }),
    clientAuth: ({ client_auth }) => (client_auth === "basic" ? "basic" : "post"),
    scopes: [],
    scopeSeparator: " ",
  },
  headers(context) {
    const { header = "authorization", prefix = "" } = context.options;
    return { [header.toLowerCase()]: prefix + tokenOf(context, "api_key") };
  },
  whoAmI: {
    url: ({ verify_url = "" }) => verify_url,
    read({ body }) {
      const answer = readObject(body) ?? {};
      const found = (names: readonly string[]) =>
        names.map((name) => readScalar(answer[name])).find((value) => value !== undefined);
      return { accountId: found(idNames), accountName: found(accountNames) };
    },
  },
};

function readScalar(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : readText(value)?.slice(0, 200);
}
