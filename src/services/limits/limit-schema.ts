import { z } from "zod";
import { mostCount, mostUsd } from "./limit-bounds.ts";
import { slugSchema } from "./slug-schema.ts";

const count = z
  .int("must be a whole number")
  .min(1, "must be 1 or more, or null for no limit")
  .max(mostCount, `must be ${mostCount} or less`)
  .nullable()
  .optional();

const usd = z
  .number("must be a number of USD")
  .min(0, "must be 0 or more, or null for no budget")
  .max(mostUsd, `must be ${mostUsd} or less`)
  .nullable()
  .optional();

const numbers = {
  requestsPerMinute: count,
  tokensPerMinute: count,
  concurrency: count,
  dayUsd: usd,
  monthUsd: usd,
  allowUnpriced: z.boolean().optional(),
};

const subject = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("org") }),
    z.strictObject({ kind: z.literal("provider"), id: z.string() }),
    z.strictObject({ kind: z.literal("key"), id: z.string() }),
    z.strictObject({ kind: z.literal("agent"), agent: slugSchema }),
    z.strictObject({ kind: z.literal("agent_role"), agent: slugSchema, role: slugSchema }),
  ],
  "must have one of the kinds org, provider, key, agent, agent_role",
);

export const createLimitSchema = z.strictObject({ orgId: z.string(), subject, ...numbers });

export const updateLimitSchema = z.strictObject({ orgId: z.string(), limitId: z.string(), ...numbers });
