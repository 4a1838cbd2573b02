import { type ErrorCode, errorTable } from "./error-table.ts";

/** Values for the placeholders of the table's message. Whatever is put here is shown to callers. */
export type ErrorFields = Readonly<Record<string, string | number>>;

/** What one error knows beyond its code. All of it but `cause` may reach the caller. */
export interface ErrorDetails {
  readonly fields?: ErrorFields;
  /** Overrides the table's status, for errors that carry a vendor's own. */
  readonly status?: number;
  /** The request field at fault, in the caller's own spelling, e.g. `messages[2].content`. */
  readonly param?: string;
  /** Milliseconds after which a retry makes sense. */
  readonly retryAfterMs?: number;
  /** All problems of a rejected input, each with a JSON pointer or a path. */
  readonly problems?: readonly ErrorProblem[];
  /** Response headers the caller should see, e.g. a vendor's rate-limit headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For clients that act on facts rather than words, where their protocol has a place for them. */
  readonly facts?: FailureFacts;
  /** The vendor's own code for it, where what comes next hangs on it; never shown. */
  readonly vendorCode?: string | undefined;
  /** For the log only; never shown. */
  readonly cause?: unknown;
}

/** Short identifiers only, never prose. */
export type FailureFacts = Readonly<Record<string, string | readonly string[]>>;

/** One of several problems of a rejected input. */
export interface ErrorProblem {
  readonly path: string;
  readonly message: string;
}

/** The only error that crosses a module border. Everything in it but `cause` and `vendorCode` is safe to show to the caller. */
export class PenstockError extends Error {
  override readonly name = "PenstockError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: ErrorFields;
  readonly next: string;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly problems: readonly ErrorProblem[];
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: FailureFacts | undefined;
  readonly vendorCode: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry = errorTable[code];
    const fields = details.fields ?? {};
    super(fill(entry.message, fields), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? entry.status;
    this.fields = fields;
    this.next = fill(entry.next, fields);
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
    this.problems = details.problems ?? [];
    this.headers = details.headers ?? {};
    this.facts = details.facts;
    this.vendorCode = details.vendorCode;
  }
}

/** `error` if it is one of ours, else an `internal` error that keeps it as the cause. */
export function toPenstockError(error: unknown): PenstockError {
  return error instanceof PenstockError ? error : new PenstockError("internal", { cause: error });
}

function fill(template: string, fields: ErrorFields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? ""));
}
