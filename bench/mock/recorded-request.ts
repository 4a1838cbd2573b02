import { z } from "zod";

/** Path of the mock's own endpoint that tells what it was asked last. */
export const lastRequestPath = "/__bench/last";

/** What the mock upstream was asked last, so that a run can prove what a gateway really sent. */
export const recordedRequest = z.object({ head: z.string(), body: z.string() });

/** See `recordedRequest`. */
export type RecordedRequest = z.infer<typeof recordedRequest>;
