/** What a webhook can be told of. `webhook.test` is sent on request only, whatever is chosen. */
export const eventTypes = ["budget.threshold_reached"] as const;
/** One of these. */
export type EventType = (typeof eventTypes)[number];
