import type { LimitStore } from "../../limits/limit-store.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import { asksOf, isUnpriced, rulesOf } from "../admit/asks-of.ts";
import { estimateCall } from "../admit/estimate.ts";
import type { HeadroomLevel } from "./explanation.ts";
import type { Headroom } from "./headroom.ts";

/** What the limits of the snapshot would leave for a call, looked up where they are counted. */
export function createHeadroom(parts: { readonly store: LimitStore; readonly now: () => number }): Headroom {
  return {
    async headroom(request) {
      const rules = rulesOf(request);
      if (rules === undefined) return [];
      const now = parts.now();
      const estimate = estimateCall(request);
      const asks = asksOf(request, rules, { estimate, now });
      const levels = await parts.store.peek(asks, now);
      return asks.map((ask, index): HeadroomLevel => {
        const { gauge, kind, limit, amount } = ask;
        const remaining = levels[index]?.remaining ?? 0;
        const scale = kind === "budget" ? 1e6 : 1;
        const subject = subjectName(gauge.config.subject, request);
        const unpriced = isUnpriced(ask, estimate);
        return {
          ...{ subject, measure: gauge.measure, limit: limit / scale, remaining: remaining / scale },
          needed: unpriced ? null : amount / scale,
          fits: !unpriced && amount <= remaining,
        };
      });
    },
  };
}

function subjectName(subject: LimitSubject, { call, target }: Parameters<Headroom["headroom"]>[0]): string {
  switch (subject.kind) {
    case "org":
      return "the organization";
    case "provider":
      return `the provider \`${target.provider.config.name}\``;
    case "key":
      return `the key \`${call.key.config.name}\``;
    case "agent":
      return `the agent \`${subject.agent}\``;
    case "agent_role":
      return `the agent \`${subject.agent}\` as \`${subject.role}\``;
  }
}
