import { readToken } from "../drivers/auth/read-token.ts";
import { joinUrl } from "../drivers/shared/base-url.ts";
import { readObject, readText } from "../drivers/shared/read-value.ts";
import { type Connector, tokenOf } from "./connector.ts";

const base = "https://slack.com";

/** Source: https://docs.slack.dev/reference/methods/auth.test, …/oauth.v2.access and …/authentication/using-pkce. */
export const slack: Connector = {
  id: "slack",
  label: "Slack",
  description: "Channels and messages of one workspace.",
  credentialForm: [
    {
      name: "token",
      label: "Bot or user token",
      type: "secret",
      required: true,
      help: "From “OAuth & Permissions” of your Slack app.",
      placeholder: "xoxb-…",
    },
  ],
  optionForm: [{ name: "base_url", label: "Slack URL", type: "url", required: false, default: base }],
  oauth: {
    clientForm: [
      { name: "base_url", label: "Slack URL", type: "url", required: false, default: base },
      {
        name: "token_type",
        label: "Acts as",
        type: "select",
        required: false,
        default: "user",
        values: ["user", "bot"],
        help: "user: as whoever signs in; bot: as the app.",
      },
      {
        name: "pkce",
        label: "PKCE",
        type: "select",
        required: false,
        default: "off",
        values: ["off", "on"],
        help: "on: only if it is switched on in the Slack app, which cannot be undone there.",
      },
    ],
    endpoints: ({ base_url = "" }) => ({
      authorizeUrl: joinUrl(base_url, "/oauth/v2/authorize"),
      tokenUrl: joinUrl(base_url, "/api/oauth.v2.access"),
    }),
    clientAuth: () => "basic",
    scopes: ["channels:read", "chat:write", "users:read"],
    scopeSeparator: ",",
    scopeParameter: ({ token_type }) => (token_type === "bot" ? "scope" : "user_scope"),
    pkce: ({ pkce }) => pkce === "on",
    readToken(body, { token_type }) {
      const answer = readObject(body);
      // A user's token stands on its own; a bot's is the answer itself. Renewed ones always are.
      const user = token_type === "bot" ? undefined : readObject(answer?.authed_user);
      const holder = readText(user?.access_token) === undefined ? answer : user;
      return answer?.ok === true ? readToken({ ...holder, token_type: "bearer" }) : undefined;
    },
    // Told with status 200.
    refusals: [
      "bad_client_secret",
      "code_already_used",
      "invalid_client_id",
      "invalid_code",
      "invalid_refresh_token",
      "token_expired",
      "token_revoked",
    ],
  },
  headers: (context) => ({ authorization: `Bearer ${tokenOf(context, "token")}` }),
  whoAmI: {
    method: "POST",
    url: ({ base_url = "" }) => joinUrl(base_url, "/api/auth.test"),
    read({ body, headers }) {
      const answer = readObject(body);
      if (answer?.ok === false) return "refused";
      const id = readText(answer?.user_id);
      if (answer?.ok !== true || id === undefined) return undefined;
      const name = [readText(answer.user), readText(answer.team)].filter((part) => part !== undefined);
      const scopes = headers.get("x-oauth-scopes")?.split(/\s*,\s*/);
      return {
        accountId: id,
        accountName: name.join(" @ "),
        scopes: scopes?.filter((scope) => scope !== ""),
      };
    },
  },
};
