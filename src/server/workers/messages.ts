import type { AnswerName, KeptAnswer } from "../../engine/kept-answers/kept-answers.ts";
import type { Claim, Demand, Level, Seed, Verdict } from "../../limits/limit-store.ts";
import type { ContentRecord } from "../../plane/content-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { StoredTurn } from "../../wire/stored-turns.ts";
import type { ToldRefusal } from "../told-refusal.ts";

/** What a worker says to its primary. All of it survives JSON, which knows no `undefined` by itself. */
export interface WorkerSays {
  readonly notices: {
    /** `number` counts a worker's records, from 1. */
    readonly record: { readonly number: number; readonly record: UsageRecord };
    readonly content: ContentRecord;
    readonly refusal: ToldRefusal;
    readonly settle: {
      readonly demands: readonly Demand[];
      readonly claim: Claim;
      readonly used: readonly number[];
    };
    readonly renew: { readonly demands: readonly Demand[]; readonly claim: Claim; readonly now: number };
    /** A vendor keeps an answer that was made here. */
    readonly answerKept: { readonly name: AnswerName; readonly answer: KeptAnswer };
    readonly answerForget: AnswerName;
    /** It takes connections. */
    readonly listening: { readonly pid: number };
    /** It takes no more, and ends when the calls it has are over. */
    readonly leaving: Record<string, never>;
    /** It changed the database by itself. */
    readonly changed: { readonly version: number };
  };
  readonly questions: {
    /** It has a snapshot; from the answer on it is waited for when that changes. */
    join(ask: Record<string, never>): true;
    /** Its last words: the answer says that all before them was heard. */
    leave(ask: Record<string, never>): true;
    /** Answered at once by a primary that reacts. */
    alive(ask: Record<string, never>): true;
    reserve(ask: { readonly demands: readonly Demand[]; readonly claim: Claim }): Verdict;
    peek(ask: { readonly demands: readonly Demand[]; readonly now: number }): readonly Level[];
    seed(ask: { readonly budgets: readonly Seed[] }): true;
    turnGet(ask: { readonly orgId: string; readonly id: string }): StoredTurn | null;
    turnPut(ask: { readonly orgId: string; readonly turn: StoredTurn }): true;
    turnDelete(ask: { readonly orgId: string; readonly id: string }): boolean;
    answerFind(ask: AnswerName): KeptAnswer | null;
    answerClose(ask: AnswerName): boolean;
  };
}

/** What the primary says to a worker. */
export interface PrimarySays {
  readonly notices: {
    /** All records up to this number are in the ledger, or where that is read from at the next start. */
    readonly written: { readonly upTo: number };
    /** The configuration has a newer version. */
    readonly version: { readonly version: number };
    /** The seats whose workers take connections. */
    readonly present: { readonly seats: readonly number[] };
    /** Take no new calls, finish those under way, leave. */
    readonly drain: Record<string, never>;
  };
  readonly questions: {
    /** Answered when the configuration as it is in the database now is served. */
    refresh(ask: Record<string, never>): true;
    /** The answer comes after all that was said before. */
    sync(ask: Record<string, never>): true;
    /** Its metrics in Prometheus' text format, without what the primary counts itself. */
    metrics(ask: Record<string, never>): string;
  };
}
