import type { Generated, Insertable, Selectable } from "kysely";
import type { LimitTable, RouteTable, RouteTargetTable } from "./route-tables.ts";
import type {
  WebhookDeliveryTable,
  WebhookEventTable,
  WebhookSecretTable,
  WebhookTable,
} from "./webhook-tables.ts";

/**
 * The tables, in the types both engines have: text, bigint (milliseconds, counts) and integer. JSON is text, a
 * boolean is 0 or 1, so that one schema and one code serve SQLite and PostgreSQL.
 */
export interface Schema {
  readonly instance: InstanceTable;
  readonly orgs: OrgTable;
  readonly providers: ProviderTable;
  readonly provider_credentials: ProviderCredentialTable;
  readonly models: ModelTable;
  readonly keys: KeyTable;
  readonly limits: LimitTable;
  readonly routes: RouteTable;
  readonly route_targets: RouteTargetTable;
  readonly master_keys: MasterKeyTable;
  readonly prices: PriceTable;
  readonly price_versions: PriceVersionTable;
  readonly usage_records: UsageRecordTable;
  readonly usage_rollups: UsageRollupTable;
  readonly request_contents: RequestContentTable;
  readonly audit_events: AuditEventTable;
  readonly connector_clients: ConnectorClientTable;
  readonly connections: ConnectionTable;
  readonly connection_secrets: ConnectionSecretTable;
  readonly oauth_flows: OAuthFlowTable;
  readonly oauth_tokens: OAuthTokenTable;
  readonly auth_users: AuthUserTable;
  readonly operators: OperatorTable;
  readonly members: MemberTable;
  readonly invitations: InvitationTable;
  readonly password_resets: PasswordResetTable;
  readonly throttles: ThrottleTable;
  readonly changes: ChangeTable;
  readonly idempotency_keys: IdempotencyKeyTable;
  readonly webhooks: WebhookTable;
  readonly webhook_secrets: WebhookSecretTable;
  readonly webhook_events: WebhookEventTable;
  readonly webhook_deliveries: WebhookDeliveryTable;
}

export interface InstanceTable {
  key: string;
  value: string;
}

export interface OrgTable {
  id: string;
  name: string;
  name_folded: string;
  default_model: string | null;
  default_model_origin: string | null;
  settings: Generated<string>;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface ProviderTable {
  id: string;
  org_id: string;
  name: string;
  name_folded: string;
  driver: string;
  base_url: string;
  options: string;
  enabled: number;
  priority: number;
  status: string;
  status_reason: string | null;
  status_message: string | null;
  checked_at: number | null;
  latency_ms: number | null;
  last_error: string | null;
  last_error_at: number | null;
  status_since: number | null;
  failures: number;
  next_probe_at: number | null;
  next_discovery_at: number | null;
  discovered_at: number | null;
  models_reviewed_at: number | null;
  timeouts: string;
  quota_group: string | null;
  origin: string;
  created_at: number;
  updated_at: number;
}

/** `field` is one of the driver's form, or `header.` and the name of a header that calls carry. */
export interface ProviderCredentialTable {
  provider_id: string;
  field: string;
  sealed: string;
  fingerprint: string;
  set_at: number | null;
  set_by: string | null;
}

export interface ModelTable {
  id: string;
  org_id: string;
  provider_id: string;
  wire_id: string;
  name_folded: string;
  kind: string;
  display_name: string | null;
  enabled: number;
  favorite: Generated<number>;
  source: string;
  traits: string;
  context_tokens: number | null;
  facts: Generated<string>;
  base_model: string | null;
  last_seen_at: number | null;
  stale: number;
  origin: string;
  created_at: number;
  updated_at: number;
}

export interface KeyTable {
  id: string;
  org_id: string;
  name: string;
  name_folded: string;
  digest: string;
  preview: string;
  carrier: string;
  scopes: string;
  allowed_models: string | null;
  strict: number;
  on_disconnect: string;
  agent: string | null;
  agent_role: string | null;
  origin: string;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  previous_digest: string | null;
  previous_expires_at: number | null;
  created_at: number;
  updated_at: number;
}

/** What wraps the data keys of sealed values, itself wrapped by a key-encryption key. */
export interface MasterKeyTable {
  id: string;
  wrapper: string;
  wrapped: string;
  created_at: number;
}

export interface RequestContentTable {
  request_id: string;
  org_id: string;
  at: number;
  expires_at: number;
  request: string;
  response: string | null;
  truncated: number;
}

/** `provider_id` is empty where the price holds at every provider. */
export interface PriceTable {
  id: string;
  org_id: string;
  provider_id: string;
  model: string;
  origin: string;
  created_at: number;
  updated_at: number;
  removed_at: number | null;
}

export interface PriceVersionTable {
  price_id: string;
  version: number;
  effective_from: number;
  tiers: string;
  created_at: number;
  created_by: string;
}

/** No foreign keys: the ledger outlives what it names. */
export interface UsageRecordTable {
  request_id: string;
  org_id: string;
  key_id: string;
  provider_id: string | null;
  provider_name: string | null;
  requested_model: string;
  wire_model: string | null;
  surface: string;
  protocol: string | null;
  stream: number;
  passthrough: number;
  outcome: string;
  status: number;
  error_code: string | null;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  audio_input_tokens: number;
  audio_output_tokens: number;
  reported_cost_usd: number | null;
  raw_usage: string;
  usage_estimated: number;
  cost_usd: number | null;
  cost_source: string;
  losses: string;
  started_at: number;
  before_us: number;
  upstream_first_byte_us: number;
  first_byte_us: number;
  total_us: number;
  route: string | null;
  agent: string | null;
  agent_role: string | null;
  attempts: string | null;
  service_tier: string | null;
  price_version: string | null;
  computed_cost_usd: number | null;
}

/** Sums over the records of one hour; no provider, model, route or agent is an empty text. Costs are by how they came to be. */
export interface UsageRollupTable {
  org_id: string;
  hour: number;
  key_id: string;
  provider_id: string;
  model: string;
  surface: string;
  outcome: string;
  provider_name: string | null;
  requests: number;
  estimated_requests: number;
  unpriced_requests: number;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  audio_input_tokens: number;
  audio_output_tokens: number;
  before_us: number;
  upstream_first_byte_us: number;
  first_byte_us: number;
  total_us: number;
  cost_reported_usd: number;
  cost_computed_usd: number;
  cost_listed_usd: number;
  cost_estimated_usd: number;
  route: string;
  agent: string;
  agent_role: string;
  compared_requests: number;
  compared_reported_usd: number;
  compared_computed_usd: number;
}

/** One chain an org; `org_id` is empty for acts on the instance. `mac` covers the row and the one before. */
export interface AuditEventTable {
  id: string;
  org_id: string;
  seq: number;
  at: number;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  address: string | null;
  request_id: string | null;
  action: string;
  target_kind: string;
  target_id: string | null;
  target_name: string;
  before: string | null;
  after: string | null;
  mac: string;
}

/** The identity library's, as far as our own queries read it; times are ISO 8601. */
export interface AuthUserTable {
  id: string;
  name: string;
  email: string;
  email_verified: number;
  created_at: string;
}

/** Who may make organizations. */
export interface OperatorTable {
  user_id: string;
  created_at: number;
}

export interface MemberTable {
  org_id: string;
  user_id: string;
  role: string;
  created_at: number;
  updated_at: number;
}

export interface InvitationTable {
  id: string;
  org_id: string;
  email: string;
  role: string;
  token_digest: string;
  invited_by: string;
  expires_at: number;
  accepted_at: number | null;
  revoked_at: number | null;
  created_at: number;
  updated_at: number;
}

/** One an account at most. */
export interface PasswordResetTable {
  user_id: string;
  org_id: string;
  token_digest: string;
  maker_kind: string;
  maker_id: string;
  expires_at: number;
}

/** `id` is a keyed digest of whose key it is and what it says; `sealed` is the answer, null while there is none. */
export interface IdempotencyKeyTable {
  id: string;
  org_id: string;
  request_digest: string;
  claimed_by: string;
  claimed_until: number;
  sealed: string | null;
  expires_at: number;
}

/** What the version changed, as JSON; empty: anything. */
export interface ChangeTable {
  version: number;
  parts: string;
}

/** Attempts in the window that began at `started_at`; the key is a keyed digest. */
export interface ThrottleTable {
  key: string;
  count: number;
  started_at: number;
}

export interface ConnectorClientTable {
  org_id: string;
  connector: string;
  client_id: string;
  sealed: string | null;
  fingerprint: string | null;
  scopes: string | null;
  options: string;
  created_at: number;
  updated_at: number;
}

export interface ConnectionTable {
  id: string;
  org_id: string;
  user_id: string;
  connector: string;
  name: string;
  name_folded: string;
  auth: string;
  options: string;
  account_id: string | null;
  account_name: string | null;
  scopes: string;
  client_id: string | null;
  token_url: string | null;
  status: string;
  status_reason: string | null;
  checked_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface ConnectionSecretTable {
  connection_id: string;
  field: string;
  sealed: string;
  fingerprint: string;
}

export interface OAuthFlowTable {
  id: string;
  org_id: string;
  user_id: string;
  state_digest: string;
  sealed: string;
  expires_at: number;
}

/** Exactly one of `provider_id` and `connection_id` is set, and equals `id`. */
export interface OAuthTokenTable {
  id: string;
  org_id: string;
  provider_id: string | null;
  connection_id: string | null;
  sealed: string | null;
  claimed_by: string | null;
  claimed_until: number;
}

export type Row<T extends keyof Schema> = Selectable<Schema[T]>;
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>;
