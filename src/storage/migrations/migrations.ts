import type { Migration } from "kysely";
import { foundation } from "./0001-foundation.ts";
import { audit } from "./0002-audit.ts";
import { modelFacts } from "./0003-model-facts.ts";
import { identity } from "./0004-identity.ts";
import { providerLifecycle } from "./0005-provider-lifecycle.ts";
import { keys } from "./0006-keys.ts";
import { connections } from "./0007-connections.ts";
import { conventions } from "./0008-conventions.ts";
import { models } from "./0009-models.ts";
import { contents } from "./0010-contents.ts";
import { changes } from "./0011-changes.ts";
import { rollups } from "./0012-rollups.ts";
import { passwordResets } from "./0013-password-resets.ts";
import { routes } from "./0014-routes.ts";
import { limits } from "./0015-limits.ts";
import { ledger } from "./0016-ledger.ts";
import { prices } from "./0017-prices.ts";
import { disconnects } from "./0018-disconnects.ts";
import { webhooks } from "./0019-webhooks.ts";

/** Every migration by its name, in order. A released one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-foundation": foundation,
  "0002-audit": audit,
  "0003-model-facts": modelFacts,
  "0004-identity": identity,
  "0005-provider-lifecycle": providerLifecycle,
  "0006-keys": keys,
  "0007-connections": connections,
  "0008-conventions": conventions,
  "0009-models": models,
  "0010-contents": contents,
  "0011-changes": changes,
  "0012-rollups": rollups,
  "0013-password-resets": passwordResets,
  "0014-routes": routes,
  "0015-limits": limits,
  "0016-ledger": ledger,
  "0017-prices": prices,
  "0018-disconnects": disconnects,
  "0019-webhooks": webhooks,
};
