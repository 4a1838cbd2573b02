import type { UsageRecord } from "../plane/usage-record.ts";
import type { ProviderLabels } from "./provider-slots.ts";
import type { OverheadSeries, ProviderSeries, RequestSeries } from "./series.ts";

/** Calls that are alike in all that is told of them, and the series they count in. */
export interface CallKind
  extends Readonly<Pick<UsageRecord, "surface" | "protocol" | "stream" | "passthrough" | "outcome">> {
  /** The first digit of the status. */
  readonly hundreds: number;
  readonly requests: RequestSeries;
  /** Undefined: no provider was chosen. */
  readonly provider: ProviderSeries | undefined;
  /** Undefined: not known of any yet. */
  overhead: OverheadSeries | undefined;
}

/** Kinds by provider. A provider has a handful: comparing with each costs less than a key made of seven words. */
export class CallKinds {
  readonly #kinds = new Map<ProviderLabels, CallKind[]>();

  /** Undefined: the first of its kind. */
  find(labels: ProviderLabels, record: UsageRecord): CallKind | undefined {
    const kinds = this.#kinds.get(labels);
    if (kinds === undefined) return undefined;
    for (const kind of kinds) if (isAlike(kind, record)) return kind;
    return undefined;
  }

  add(labels: ProviderLabels, kind: CallKind): void {
    const kinds = this.#kinds.get(labels);
    if (kinds === undefined) this.#kinds.set(labels, [kind]);
    else kinds.push(kind);
  }

  clear(): void {
    this.#kinds.clear();
  }
}

function isAlike(kind: CallKind, record: UsageRecord): boolean {
  return (
    kind.outcome === record.outcome &&
    kind.stream === record.stream &&
    kind.passthrough === record.passthrough &&
    kind.protocol === record.protocol &&
    kind.surface === record.surface &&
    kind.hundreds === Math.trunc(record.status / 100)
  );
}
