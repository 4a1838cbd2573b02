import { joinUrl } from "../drivers/shared/base-url.ts";
import { readObject, readText } from "../drivers/shared/read-value.ts";
import { type Connector, tokenOf } from "./connector.ts";

const api = "https://api.github.com";

/** Source: https://docs.github.com/en/rest/users/users and …/apps/creating-github-apps/authenticating-with-a-github-app. */
export const github: Connector = {
  id: "github",
  label: "GitHub",
  description: "Repositories, issues and pull requests, as the user.",
  credentialForm: [
    {
      name: "token",
      label: "Personal access token",
      type: "secret",
      required: true,
      help: "Fine-grained tokens are best: only the repositories that tools need.",
      placeholder: "github_pat_…",
    },
  ],
  optionForm: [
    {
      name: "base_url",
      label: "API URL",
      type: "url",
      required: false,
      default: api,
      help: "Of GitHub Enterprise: https://host/api/v3",
    },
  ],
  oauth: {
    clientForm: [
      { name: "base_url", label: "API URL", type: "url", required: false, default: api },
      {
        name: "web_url",
        label: "Web URL",
        type: "url",
        required: false,
        default: "https://github.com",
        help: "Of GitHub Enterprise: https://host",
      },
    ],
    endpoints: ({ web_url = "" }) => ({
      authorizeUrl: joinUrl(web_url, "/login/oauth/authorize"),
      tokenUrl: joinUrl(web_url, "/login/oauth/access_token"),
    }),
    clientAuth: () => "post",
    // A GitHub App's permissions are its own and it ignores these.
    scopes: ["repo", "read:org"],
    scopeSeparator: " ",
    // Told with status 200.
    refusals: ["bad_verification_code", "bad_refresh_token", "incorrect_client_credentials"],
  },
  headers: (context) => ({
    authorization: `Bearer ${tokenOf(context, "token")}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    // Calls without one are refused with 403.
    "user-agent": "penstock",
  }),
  whoAmI: {
    url: ({ base_url = "" }) => joinUrl(base_url, "/user"),
    read({ body, headers }) {
      const user = readObject(body);
      const login = readText(user?.login);
      if (typeof user?.id !== "number" || login === undefined) return undefined;
      // Classic tokens only; fine-grained ones have no scopes.
      const scopes = headers.get("x-oauth-scopes")?.split(/\s*,\s*/);
      return {
        accountId: String(user.id),
        accountName: login,
        scopes: scopes?.filter((scope) => scope !== ""),
      };
    },
  },
};
