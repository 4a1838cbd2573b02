/** What was done to a field that the target protocol or model cannot carry as it was sent. */
export type LossAction = "dropped" | "clamped" | "defaulted" | "emulated";

/** One field that did not reach the vendor as it was sent. */
export interface Loss {
  /** Path in the caller's own spelling, e.g. `logit_bias` or `messages[3].content[0].image_url.detail`. */
  readonly field: string;
  readonly action: LossAction;
}

/** Collects the losses of one translation, in order, each once. */
export class LossList {
  readonly #losses = new Map<string, Loss>();

  add(field: string, action: LossAction): void {
    this.#losses.set(`${field};${action}`, { field, action });
  }

  get size(): number {
    return this.#losses.size;
  }

  toArray(): readonly Loss[] {
    return [...this.#losses.values()];
  }

  /** The value of the `x-penstock-loss` header: `field;action=dropped, …`. Field names are made header-safe. */
  toHeader(): string {
    return this.toArray()
      .map(({ field, action }) => `${field.replace(/[^\w.[\]$-]/g, "_")};action=${action}`)
      .join(", ");
  }
}
