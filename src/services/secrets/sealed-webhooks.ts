import { signingBinding } from "../webhooks/signing-secret.ts";
import type { SealedStore } from "./sealed-store.ts";

/** What the messages of webhooks are signed by. */
export const sealedWebhooks: SealedStore = {
  name: "webhooks",
  table: "webhook_secrets",
  async page(reads, query) {
    const secrets = await reads.webhooks.pageOfSecrets(query);
    return secrets.map((secret) => ({
      cursor: secret.id,
      what: `${secret.webhookId} signing secret`,
      sealed: secret.sealed,
      binding: signingBinding(secret),
      replace: (writes, renewed) => writes.webhooks.rewrap(secret, renewed),
    }));
  },
};
