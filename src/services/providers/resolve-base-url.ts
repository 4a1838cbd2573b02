import type { Driver } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";

/**
 * The base URL without a trailing slash: what was sent (`null`: the driver's own), else the stored, else the driver's own.
 * Whether the address may be reached at all is the egress policy's question, asked when it is called.
 */
export function resolveBaseUrl(
  driver: Driver,
  sent: string | null | undefined,
  stored: string | undefined,
): { readonly value: string; readonly problems: readonly ErrorProblem[] } {
  if (driver.protocols.length === 0) {
    return typeof sent === "string" && sent !== ""
      ? wrong(`must be left out: ${driver.label} answers in process`)
      : { value: "", problems: [] };
  }
  const text = (sent === null ? undefined : (sent ?? stored)) ?? driver.defaultBaseUrl;
  if (text === undefined || text === "") return wrong(`is required: ${driver.label} has no default`);
  const url = URL.parse(text);
  if (url === null) return wrong("is not a URL");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return wrong("must start with https:// or http://");
  if (url.username !== "" || url.password !== "") return wrong("must not hold a user name or password");
  if (url.search !== "" || text.includes("?")) return wrong("must not hold a query");
  if (url.hash !== "" || text.includes("#")) return wrong("must not hold a fragment");
  return { value: url.href.replace(/\/+$/, ""), problems: [] };
}

function wrong(message: string): { readonly value: string; readonly problems: readonly ErrorProblem[] } {
  return { value: "", problems: [{ path: "/base_url", message }] };
}
