import { joinUrl } from "../drivers/shared/base-url.ts";
import { readObject, readText } from "../drivers/shared/read-value.ts";
import { type Connector, tokenOf } from "./connector.ts";

/** Source: https://www.daytona.io/docs/openapi.json, `/api-keys/current`. */
export const daytona: Connector = {
  id: "daytona",
  label: "Daytona",
  description: "Sandboxes that run code.",
  credentialForm: [
    {
      name: "api_key",
      label: "API key",
      type: "secret",
      required: true,
      help: "From the dashboard, with the permissions that tools need.",
      placeholder: "dtn_…",
    },
  ],
  optionForm: [
    {
      name: "base_url",
      label: "API URL",
      type: "url",
      required: false,
      default: "https://app.daytona.io/api",
    },
  ],
  headers: (context) => ({ authorization: `Bearer ${tokenOf(context, "api_key")}` }),
  whoAmI: {
    url: ({ base_url = "" }) => joinUrl(base_url, "/api-keys/current"),
    read({ body }) {
      const key = readObject(body);
      const name = readText(key?.name);
      if (name === undefined) return undefined;
      const permissions = Array.isArray(key?.permissions) ? key.permissions : [];
      return {
        accountId: readText(key?.userId),
        accountName: name,
        scopes: permissions.filter((permission) => typeof permission === "string"),
      };
    },
  },
};
