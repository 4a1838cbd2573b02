export interface WebhookTable {
  id: string;
  org_id: string;
  name: string;
  name_folded: string;
  url: string;
  events: string;
  enabled: number;
  created_at: number;
  updated_at: number;
}

/** `expires_at` is null for the one that signs; one before it signs, too, until then. */
export interface WebhookSecretTable {
  id: string;
  org_id: string;
  webhook_id: string;
  sealed: string;
  expires_at: number | null;
}

/** `occasion` is unique in the org: whoever notices the same makes no second row. */
export interface WebhookEventTable {
  id: string;
  org_id: string;
  occasion: string;
  type: string;
  payload: string;
  created_at: number;
}

/** `next_at` is null when nothing is to be done any more. */
export interface WebhookDeliveryTable {
  id: string;
  org_id: string;
  webhook_id: string;
  event_id: string;
  status: string;
  attempts: number;
  next_at: number | null;
  last_status: number | null;
  last_error: string | null;
  delivered_at: number | null;
  created_at: number;
}
