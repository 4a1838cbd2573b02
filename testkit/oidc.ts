import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

/** Somebody with an account at the OIDC server. */
export interface OidcAccount {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** A real OIDC server (the package oidc-provider) whose users sign in by themselves. */
export interface TestOidc {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is at the browser when it comes by. */
  person: OidcAccount;
  /** Where people sign in refuse to. */
  refuses: boolean;
  /** Goes where a sign-in sends the browser and follows until it is sent back; the URL it is sent back to. */
  browse(url: string): Promise<URL>;
  stop(): Promise<void>;
}

export async function startOidc(
  redirectUri: string,
  { claimsIn = "userinfo" }: { readonly claimsIn?: "userinfo" | "id_token" } = {},
): Promise<TestOidc> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clientId = "penstock";
  const clientSecret = "a-secret-of-the-test-client";
  const accounts = new Map<string, OidcAccount>();
  const configuration: Configuration = {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: claimsIn === "userinfo",
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ["test"] },
    findAccount: (_, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ ...account }) };
    },
  };
  // It warns that Bun is not Node and that its store is in memory, which a test knows.
  const { warn } = console;
  console.warn = () => {};
  const provider = new Provider(issuer, configuration);
  console.warn = warn;
  const oidc: TestOidc = {
    issuer,
    clientId,
    clientSecret,
    person: { sub: "nobody" },
    refuses: false,
    browse: (url) => browse(url, redirectUri),
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res);
    const { person } = oidc;
    if (oidc.refuses) {
      const denied = { error: "access_denied", error_description: "said no" };
      await provider.interactionFinished(ctx.req, ctx.res, denied, { mergeWithLastSubmission: false });
    } else if (prompt.name === "login") {
      accounts.set(person.sub, person);
      await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: person.sub } });
    } else {
      const grant = new provider.Grant({
        accountId: session?.accountId ?? "",
        clientId: String(params.client_id),
      });
      grant.addOIDCScope("openid email profile");
      const consent = { grantId: await grant.save() };
      await provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
    }
    ctx.respond = false;
  });
  http.on("request", provider.callback());
  return oidc;
}

/** A browser at the OIDC server, with cookies of its own. */
async function browse(url: string, redirectUri: string): Promise<URL> {
  const jar = new Map<string, string>();
  let here = url;
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(here, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
    for (const each of response.headers.getSetCookie()) {
      const [pair = ""] = each.split(";", 1);
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const location = response.headers.get("location");
    if (location === null)
      throw new Error(`the OIDC server stopped at ${response.status}: ${await response.text()}`);
    here = new URL(location, here).href;
    if (here.startsWith(redirectUri)) return new URL(here);
  }
  throw new Error("the OIDC server redirects for ever");
}
