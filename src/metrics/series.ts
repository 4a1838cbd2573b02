import { bounds, Distribution } from "./distribution.ts";
import type { ProviderLabels } from "./provider-slots.ts";

/** What is counted of the calls of one kind. */
export interface RequestSeries {
  readonly labels: ProviderLabels & {
    readonly surface: string;
    readonly protocol: string;
    readonly stream: string;
    readonly outcome: string;
    readonly status: string;
  };
  requests: number;
}

/** What is counted of the calls that went to one provider. */
export class ProviderSeries {
  readonly labels: ProviderLabels;
  readonly tokens = {
    input: 0,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: 0,
  };
  /** Of the tokens above, those that were reasoning or audio. */
  readonly shares = { reasoning: 0, audio_input: 0, audio_output: 0 };
  readonly cost = { reported: 0, computed: 0, listed: 0 };
  estimated = 0;
  readonly wholes = new CallTimes();
  readonly streams = new CallTimes();

  constructor(labels: ProviderLabels) {
    this.labels = labels;
  }
}

/** How long calls took. */
export class CallTimes {
  readonly duration = new Distribution(bounds.call);
  readonly firstByte = new Distribution(bounds.call);
}

/** What the gateway added to the calls of one kind. */
export interface OverheadSeries {
  readonly labels: { readonly surface: string; readonly stream: string; readonly path: string };
  readonly overhead: Distribution;
}
