import { minimalProxy } from "./minimal-proxy.ts";
import { nginx } from "./nginx.ts";
import { penstock } from "./penstock.ts";
import { portkey } from "./portkey.ts";
import type { Target, TargetName } from "./target.ts";

/** Every target by its name. */
export const allTargets: Readonly<Record<TargetName, Target>> = {
  nginx,
  minimal: minimalProxy,
  portkey,
  penstock,
};
