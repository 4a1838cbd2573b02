import { answerBinding } from "../idempotency/answer-binding.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Answers kept for requests that are sent again; a created key's value is in one. */
export const sealedAnswers: SealedStore = {
  name: "answers",
  table: "idempotency_keys",
  async page(reads, query) {
    const records = await reads.idempotency.pageSealed(query);
    return records.flatMap((record) =>
      record.sealed === undefined
        ? []
        : {
            cursor: record.id,
            what: `answer ${record.id.slice(0, 8)}`,
            sealed: record.sealed,
            binding: answerBinding(record),
            replace: (writes, renewed) => writes.idempotency.rewrap(record, renewed),
          },
    );
  },
};
