import type { ErrorProblem } from "../errors/penstock-error.ts";
import { Secret } from "../secrets/secret.ts";
import type { OidcSettings } from "../services/identity/oidc-settings.ts";

const joinRoles = ["admin", "member", "viewer"] as const;

/** The variables `PENSTOCK_OIDC_*`; undefined when no issuer is set. Adds what is wrong to `problems`. */
export function readOidcSettings(
  env: Readonly<Record<string, string | undefined>>,
  problems: ErrorProblem[],
): OidcSettings | undefined {
  const issuer = env.PENSTOCK_OIDC_ISSUER || undefined;
  if (issuer === undefined) return undefined;
  if (!isIssuer(issuer)) {
    const message = "must be an https URL without a query (http on this machine only)";
    problems.push({ path: "PENSTOCK_OIDC_ISSUER", message });
  }
  const clientId = env.PENSTOCK_OIDC_CLIENT_ID ?? "";
  if (clientId === "")
    problems.push({ path: "PENSTOCK_OIDC_CLIENT_ID", message: "must be set with the issuer" });
  const role = joinRoles.find((each) => each === (env.PENSTOCK_OIDC_ROLE || "member"));
  if (role === undefined) {
    problems.push({ path: "PENSTOCK_OIDC_ROLE", message: `must be one of ${joinRoles.join(", ")}` });
  }
  const scopes = words(env.PENSTOCK_OIDC_SCOPES || "openid email profile");
  return {
    issuer,
    clientId,
    clientSecret: env.PENSTOCK_OIDC_CLIENT_SECRET ? new Secret(env.PENSTOCK_OIDC_CLIENT_SECRET) : undefined,
    scopes: [...new Set(["openid", ...scopes])],
    label: env.PENSTOCK_OIDC_NAME || "Single sign-on",
    allowedDomains: words(env.PENSTOCK_OIDC_ALLOWED_DOMAINS ?? "").map((domain) => domain.toLowerCase()),
    org: env.PENSTOCK_OIDC_ORG || "default",
    role: role ?? "member",
  };
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** Without TLS anybody on the way could be the issuer; on the same machine nobody is on the way. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== "" || url.hash !== "" || url.username !== "") return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
  );
}
