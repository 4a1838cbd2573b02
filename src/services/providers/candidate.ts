import type { TokenKeeper } from "../../drivers/auth/token-keeper.ts";
import type { Driver, DriverContext, DriverFetch, ProviderOptions } from "../../drivers/driver.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { ServiceContext } from "../service-context.ts";
import { effectiveOptions } from "./effective-options.ts";

/** A provider as it would be called: the stored one with the input laid over it. */
export interface Candidate {
  readonly driver: Driver;
  readonly baseUrl: string;
  readonly credential: Readonly<Record<string, Secret>>;
  /** Headers that every call carries besides the driver's own; names in lower case. */
  readonly headers: Readonly<Record<string, Secret>>;
  /** As set, without the driver's defaults. */
  readonly options: ProviderOptions;
  /** Absent: tokens that change by themselves stay in memory. */
  readonly tokens?: TokenKeeper | undefined;
}

export function toDriverContext(candidate: Candidate): DriverContext {
  return {
    baseUrl: candidate.baseUrl,
    credential: candidate.credential,
    options: effectiveOptions(candidate.driver, candidate.options),
    tokens: candidate.tokens,
  };
}

/** What the driver's own calls go through: the provider's headers go to its endpoint, and to no other host. */
export function fetchOf(ctx: Pick<ServiceContext, "driverFetch">, candidate: Candidate): DriverFetch {
  const names = Object.keys(candidate.headers);
  if (names.length === 0) return ctx.driverFetch;
  const origin = URL.parse(candidate.baseUrl)?.origin;
  const extra = Object.fromEntries(
    Object.entries(candidate.headers).map(([name, value]) => [name, value.reveal()]),
  );
  return (url, init) =>
    URL.parse(url)?.origin === origin
      ? ctx.driverFetch(url, { ...init, headers: { ...extra, ...init.headers } })
      : ctx.driverFetch(url, init);
}
