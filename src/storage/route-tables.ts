/** One row a route; its targets are in a table of their own. */
export interface RouteTable {
  id: string;
  org_id: string;
  name: string;
  name_folded: string;
  strategy: string;
  sticky_by: string | null;
  retries: number | null;
  hedge_after_ms: number | null;
  origin: string;
  created_at: number;
  updated_at: number;
}

/** `model_id` refers to no row: the model may be gone. */
export interface RouteTargetTable {
  route_id: string;
  position: number;
  model_id: string;
  weight: number;
  parameters: string | null;
  timeouts: string;
}

/** At most one a subject; what a kind of subject has no use for is an empty text. */
export interface LimitTable {
  id: string;
  org_id: string;
  subject_kind: string;
  subject_id: string;
  subject_role: string;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  concurrency: number | null;
  day_usd: number | null;
  month_usd: number | null;
  allow_unpriced: number;
  origin: string;
  created_at: number;
  updated_at: number;
}
