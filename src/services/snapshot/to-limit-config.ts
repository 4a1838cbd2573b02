import type { LimitConfig } from "../../plane/limit-config.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";

/** A limit as it is enforced. */
export function toLimitConfig(limit: LimitRecord): LimitConfig {
  const { id, subject, requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd, allowUnpriced } =
    limit;
  return {
    id,
    subject,
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
    ...(concurrency !== undefined && { concurrency }),
    ...(dayUsd !== undefined && { dayUsd }),
    ...(monthUsd !== undefined && { monthUsd }),
    ...(allowUnpriced && { allowUnpriced }),
  };
}
