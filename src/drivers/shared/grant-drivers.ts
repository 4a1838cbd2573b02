import type { Driver, Grant } from "../driver.ts";

/** The drivers as they are under what the operator of this server allows. */
export function grantDrivers(
  drivers: ReadonlyMap<string, Driver>,
  grants: ReadonlySet<Grant>,
): ReadonlyMap<string, Driver> {
  return new Map([...drivers].map(([id, driver]) => [id, driver.granted?.(grants) ?? driver]));
}
