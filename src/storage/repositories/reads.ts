import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";
import { AuditReads } from "./audit-repository.ts";
import { ChangeReads } from "./change-repository.ts";
import { ConnectionReads } from "./connection-repository.ts";
import { ConnectorClientReads } from "./connector-client-repository.ts";
import { CredentialReads } from "./credential-repository.ts";
import { DeliveryReads } from "./delivery-repository.ts";
import { IdempotencyRepository } from "./idempotency-repository.ts";
import { InstanceReads } from "./instance-repository.ts";
import { InvitationReads } from "./invitation-repository.ts";
import { KeyReads } from "./key-repository.ts";
import { LimitReads } from "./limit-repository.ts";
import { MasterKeyReads } from "./master-key-repository.ts";
import { MemberReads } from "./member-repository.ts";
import { ModelReads } from "./model-repository.ts";
import { OAuthTokenReads } from "./oauth-token-repository.ts";
import { OrgReads } from "./org-repository.ts";
import { PasswordResetReads } from "./password-reset-repository.ts";
import { PriceReads } from "./price-repository.ts";
import { ProviderReads } from "./provider-repository.ts";
import { RouteReads } from "./route-repository.ts";
import { ThrottleRepository } from "./throttle-repository.ts";
import { WebhookReads } from "./webhook-repository.ts";

/** Every repository, for reading. */
export interface Reads {
  readonly audit: AuditReads;
  readonly instance: InstanceReads;
  readonly changes: ChangeReads;
  readonly orgs: OrgReads;
  readonly providers: ProviderReads;
  readonly credentials: CredentialReads;
  readonly models: ModelReads;
  readonly keys: KeyReads;
  readonly limits: LimitReads;
  readonly prices: PriceReads;
  readonly routes: RouteReads;
  readonly masterKeys: MasterKeyReads;
  readonly connectorClients: ConnectorClientReads;
  readonly connections: ConnectionReads;
  readonly tokens: OAuthTokenReads;
  readonly members: MemberReads;
  readonly invitations: InvitationReads;
  readonly passwordResets: PasswordResetReads;
  readonly webhooks: WebhookReads;
  readonly deliveries: DeliveryReads;
  readonly throttles: ThrottleRepository;
  readonly idempotency: IdempotencyRepository;
  /** For the identity library, which brings its own queries on the tables `auth_*`. */
  readonly auth: Kysely<Schema>;
}

export function createReads(db: Kysely<Schema>): Reads {
  return {
    audit: new AuditReads(db),
    instance: new InstanceReads(db),
    changes: new ChangeReads(db),
    orgs: new OrgReads(db),
    providers: new ProviderReads(db),
    credentials: new CredentialReads(db),
    models: new ModelReads(db),
    keys: new KeyReads(db),
    limits: new LimitReads(db),
    prices: new PriceReads(db),
    routes: new RouteReads(db),
    masterKeys: new MasterKeyReads(db),
    connectorClients: new ConnectorClientReads(db),
    connections: new ConnectionReads(db),
    tokens: new OAuthTokenReads(db),
    members: new MemberReads(db),
    invitations: new InvitationReads(db),
    passwordResets: new PasswordResetReads(db),
    webhooks: new WebhookReads(db),
    deliveries: new DeliveryReads(db),
    throttles: new ThrottleRepository(db),
    idempotency: new IdempotencyRepository(db),
    auth: db,
  };
}
