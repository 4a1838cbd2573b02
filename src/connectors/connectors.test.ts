import { describe, expect, test } from "bun:test";
import type { FormField } from "../drivers/driver.ts";
import { Secret } from "../secrets/secret.ts";
import { connectors } from "./connectors.ts";
import { slack } from "./slack.ts";

const defaultsOf = (form: readonly FormField[]) =>
  Object.fromEntries(
    form.map((field) => [field.name, String(field.default ?? `https://service.example/${field.name}`)]),
  );

describe.each([...connectors.values()].map((connector) => [connector.id, connector] as const))(
  "the connector %s",
  (id, connector) => {
    const options = defaultsOf(connector.optionForm);

    test("has names that can be used everywhere, and one secret at least", () => {
      expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(connector.credentialForm.some(({ required, type }) => required && type === "secret")).toBe(true);
      const clientForm = connector.oauth?.clientForm ?? [];
      for (const form of [connector.credentialForm, connector.optionForm, clientForm]) {
        expect(new Set(form.map(({ name }) => name)).size).toBe(form.length);
        for (const field of form) expect(field.type === "select").toBe(field.values !== undefined);
      }
    });

    test("asks who somebody is over TLS, with a pasted key as with a token of a sign-in", () => {
      expect(new URL(connector.whoAmI.url(options)).protocol).toBe("https:");
      const [field] = connector.credentialForm;
      const secret = new Secret("canary");
      for (const credential of [{ [field?.name ?? ""]: secret }, { access_token: secret }]) {
        const headers = connector.headers({ credential, options });
        for (const name of Object.keys(headers)) expect(name).toBe(name.toLowerCase());
        expect(Object.values(headers).filter((value) => value.includes("canary"))).toHaveLength(1);
      }
    });

    test("signs in at endpoints over TLS", () => {
      const { oauth } = connector;
      if (oauth === undefined) return expect(id).toBe("daytona");
      const { authorizeUrl, tokenUrl } = oauth.endpoints(defaultsOf(oauth.clientForm));
      for (const url of [authorizeUrl, tokenUrl]) expect(new URL(url).protocol).toBe("https:");
    });

    test("takes odd answers for none, or for nobody", () => {
      const headers = new Headers();
      for (const body of [undefined, null, 7, "x", [], {}, { ok: true }, { id: {} }, { name: 3 }]) {
        const read = connector.whoAmI.read({ headers, body });
        // Any answer of any service will do, where only its status tells.
        expect(read === undefined || id === "generic").toBe(true);
      }
    });
  },
);

test("Slack's tokens are read where they stand: a user's, a bot's, a renewed one's", () => {
  const read = slack.oauth?.readToken;
  const user = { access_token: "xoxp-1", refresh_token: "xoxe-1", expires_in: 43_200 };
  const both = { ok: true, access_token: "xoxb-1", token_type: "bot", authed_user: { id: "U1", ...user } };
  expect(read?.(both, { token_type: "user" })?.token.reveal()).toBe("xoxp-1");
  expect(read?.(both, { token_type: "bot" })?.token.reveal()).toBe("xoxb-1");
  const renewed = read?.({ ok: true, ...user, token_type: "user" }, { token_type: "user" });
  expect([renewed?.token.reveal(), renewed?.refreshToken?.reveal(), renewed?.lifetimeMs]).toEqual([
    "xoxp-1",
    "xoxe-1",
    43_200_000,
  ]);
  expect(read?.({ ok: false, error: "invalid_code", ...user }, {})).toBeUndefined();
});
