import type { DeliveryOfEvent } from "../../storage/repositories/delivery-repository.ts";

/** One message to one webhook, and how far it got. Times are milliseconds since the epoch. */
export type DeliveryView = DeliveryOfEvent;
