import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";
import { AuditReads } from "./audit-repository.ts";
import { CredentialReads } from "./credential-repository.ts";
import { InstanceReads } from "./instance-repository.ts";
import { KeyReads } from "./key-repository.ts";
import { ModelReads } from "./model-repository.ts";
import { OrgReads } from "./org-repository.ts";
import { ProviderReads } from "./provider-repository.ts";

/** Every repository, for reading. */
export interface Reads {
  readonly audit: AuditReads;
  readonly instance: InstanceReads;
  readonly orgs: OrgReads;
  readonly providers: ProviderReads;
  readonly credentials: CredentialReads;
  readonly models: ModelReads;
  readonly keys: KeyReads;
}

export function createReads(db: Kysely<Schema>): Reads {
  return {
    audit: new AuditReads(db),
    instance: new InstanceReads(db),
    orgs: new OrgReads(db),
    providers: new ProviderReads(db),
    credentials: new CredentialReads(db),
    models: new ModelReads(db),
    keys: new KeyReads(db),
  };
}
