/** Where an org wants its events told. Times are milliseconds since the epoch. */
export interface WebhookRecord {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a webhook's messages are signed by. */
export interface WebhookSecretRecord {
  readonly id: string;
  readonly orgId: string;
  readonly webhookId: string;
  readonly sealed: string;
  /** Undefined: the current one. */
  readonly expiresAt: number | undefined;
}

/** Something that happened. */
export interface WebhookEventRecord {
  /** What receivers know a message by, however often it comes. */
  readonly id: string;
  readonly orgId: string;
  /** The same for all who noticed the same. */
  readonly occasion: string;
  readonly type: string;
  /** JSON, as it is sent. */
  readonly payload: string;
  readonly createdAt: number;
}

/** `pending`: tried again at `nextAt`; `failed`: given up. */
export type DeliveryStatus = "pending" | "delivered" | "failed";

/** One event on its way to one webhook. */
export interface DeliveryRecord {
  readonly id: string;
  readonly orgId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAt: number | undefined;
  /** The HTTP status of the last answer. */
  readonly lastStatus: number | undefined;
  /** Our own words, never the receiver's. */
  readonly lastError: string | undefined;
  readonly deliveredAt: number | undefined;
  readonly createdAt: number;
}
