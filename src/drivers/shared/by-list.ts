import type { Driver, DriverContext } from "../driver.ts";
import { discoverByList, type ModelList, probeByList } from "./model-list.ts";

/** Probe and discovery of a vendor that lists its models. */
export function byList(listOf: (context: DriverContext) => ModelList): Pick<Driver, "probe" | "discover"> {
  return {
    probe: (context, fetch, signal) => probeByList(listOf(context), { fetch, signal }),
    discover: (context, fetch, signal) => discoverByList(listOf(context), { fetch, signal }),
  };
}
