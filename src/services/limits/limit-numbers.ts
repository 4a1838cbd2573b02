import type { LimitNumbers, LimitRecord } from "../../storage/records/limit-record.ts";
import { unprocessable } from "../parse-input.ts";
import type { LimitNumbersInput } from "./limit-input.ts";

const unlimited: LimitNumbers = {
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  concurrency: undefined,
  dayUsd: undefined,
  monthUsd: undefined,
};

/** What was sent over what is stored. Throws `unprocessable` when nothing would be limited any more. */
export function numbersOf(
  input: LimitNumbersInput,
  stored: LimitNumbers & Pick<LimitRecord, "allowUnpriced"> = { ...unlimited, allowUnpriced: false },
): LimitNumbers & Pick<LimitRecord, "allowUnpriced"> {
  const pick = (name: keyof LimitNumbers) => {
    const sent = input[name];
    return sent === undefined ? stored[name] : (sent ?? undefined);
  };
  const numbers: LimitNumbers = {
    requestsPerMinute: pick("requestsPerMinute"),
    tokensPerMinute: pick("tokensPerMinute"),
    concurrency: pick("concurrency"),
    dayUsd: pick("dayUsd"),
    monthUsd: pick("monthUsd"),
  };
  if (Object.values(numbers).every((number) => number === undefined)) {
    const message = "must limit something; to limit nothing, remove the limit";
    throw unprocessable([{ path: "", message }]);
  }
  return { ...numbers, allowUnpriced: input.allowUnpriced ?? stored.allowUnpriced };
}
