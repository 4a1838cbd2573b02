import { credentialBinding } from "../providers/credentials.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Credentials and secret headers of providers. */
export const sealedCredentials: SealedStore = {
  name: "credentials",
  table: "provider_credentials",
  async page(reads, { after, limit }) {
    const [providerId, field] = after?.split(" ") ?? [];
    const start = providerId === undefined || field === undefined ? undefined : { providerId, field };
    const rows = await reads.credentials.page({ after: start, limit });
    return rows.map(({ orgId, credential }) => ({
      cursor: `${credential.providerId} ${credential.field}`,
      what: `${credential.providerId} ${credential.field}`,
      sealed: credential.sealed,
      binding: credentialBinding(orgId, credential),
      replace: (writes, renewed) => writes.credentials.rewrap(credential, renewed),
    }));
  },
};
