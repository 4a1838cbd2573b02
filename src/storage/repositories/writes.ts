import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { AuditRepository } from "./audit-repository.ts";
import { ChangeReads } from "./change-repository.ts";
import { ConnectionRepository } from "./connection-repository.ts";
import { ConnectorClientRepository } from "./connector-client-repository.ts";
import { CredentialRepository } from "./credential-repository.ts";
import { DeliveryRepository } from "./delivery-repository.ts";
import { IdempotencyRepository } from "./idempotency-repository.ts";
import { InstanceRepository } from "./instance-repository.ts";
import { InvitationRepository } from "./invitation-repository.ts";
import { KeyRepository } from "./key-repository.ts";
import { LimitRepository } from "./limit-repository.ts";
import { MasterKeyRepository } from "./master-key-repository.ts";
import { MemberRepository } from "./member-repository.ts";
import { ModelRepository } from "./model-repository.ts";
import { OAuthFlowRepository } from "./oauth-flow-repository.ts";
import { OAuthTokenRepository } from "./oauth-token-repository.ts";
import { OrgRepository } from "./org-repository.ts";
import { PasswordResetRepository } from "./password-reset-repository.ts";
import { PriceRepository } from "./price-repository.ts";
import { ProviderRepository } from "./provider-repository.ts";
import type { Reads } from "./reads.ts";
import { RouteRepository } from "./route-repository.ts";
import { ThrottleRepository } from "./throttle-repository.ts";
import { WebhookRepository } from "./webhook-repository.ts";

/** Every repository inside one transaction. */
export interface Writes extends Reads {
  readonly audit: AuditRepository;
  readonly instance: InstanceRepository;
  readonly orgs: OrgRepository;
  readonly providers: ProviderRepository;
  readonly credentials: CredentialRepository;
  readonly models: ModelRepository;
  readonly keys: KeyRepository;
  readonly limits: LimitRepository;
  readonly prices: PriceRepository;
  readonly routes: RouteRepository;
  readonly masterKeys: MasterKeyRepository;
  readonly connectorClients: ConnectorClientRepository;
  readonly connections: ConnectionRepository;
  readonly tokens: OAuthTokenRepository;
  readonly flows: OAuthFlowRepository;
  readonly members: MemberRepository;
  readonly invitations: InvitationRepository;
  readonly passwordResets: PasswordResetRepository;
  readonly webhooks: WebhookRepository;
  readonly deliveries: DeliveryRepository;
}

export function createWrites(db: Kysely<Schema>, touch: Touch): Writes {
  return {
    audit: new AuditRepository(db),
    instance: new InstanceRepository(db),
    changes: new ChangeReads(db),
    orgs: new OrgRepository(db, touch),
    providers: new ProviderRepository(db, touch),
    credentials: new CredentialRepository(db, touch),
    models: new ModelRepository(db, touch),
    keys: new KeyRepository(db, touch),
    limits: new LimitRepository(db, touch),
    prices: new PriceRepository(db, touch),
    routes: new RouteRepository(db, touch),
    masterKeys: new MasterKeyRepository(db, touch),
    connectorClients: new ConnectorClientRepository(db),
    connections: new ConnectionRepository(db),
    tokens: new OAuthTokenRepository(db),
    flows: new OAuthFlowRepository(db),
    members: new MemberRepository(db),
    invitations: new InvitationRepository(db),
    passwordResets: new PasswordResetRepository(db),
    webhooks: new WebhookRepository(db),
    deliveries: new DeliveryRepository(db),
    throttles: new ThrottleRepository(db),
    idempotency: new IdempotencyRepository(db),
    auth: db,
  };
}
