import { expect, test } from "bun:test";
import { chatAnswer, EngineLab } from "../../testkit/engine-lab.ts";
import { Secret } from "../secrets/secret.ts";

test("no token is asked for at a host that the organization does not allow", async () => {
  const client = { client_id: new Secret("client"), client_secret: new Secret("lab-secret-0123456789") };
  const lab = (allowedHosts: readonly string[]) =>
    new EngineLab({
      providers: [
        {
          ...{ name: "api", driver: "custom", credential: client },
          options: { auth: "oauth2", token_url: `https://tokens.vendor.test/${allowedHosts.length}` },
        },
      ],
      allowedHosts,
      vendors: {
        api: () => chatAnswer("hello"),
        tokens: () => Response.json({ access_token: "t", token_type: "Bearer", expires_in: 3600 }),
      },
    });
  using closed = lab(["api.vendor.test"]);
  const { error } = await closed.ask();
  expect(error?.code).toBe("host_not_allowed");
  expect(error?.message).toContain("`tokens.vendor.test` is not among those the organization allows");
  expect(closed.asked).toEqual({});
  using open = lab(["api.vendor.test", "tokens.vendor.test"]);
  expect((await open.ask()).text).toContain("hello");
  expect(open.asked).toEqual({ api: 1, tokens: 1 });
});
