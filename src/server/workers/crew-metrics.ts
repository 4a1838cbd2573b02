import { countersOf, mergeExpositions } from "./merge-expositions.ts";

/** What workers told of themselves, those that have ended included: no total ever goes down. */
export class CrewMetrics {
  readonly #last = new Map<number, string>();
  /** Of all workers that have ended. */
  #departed = "";
  #ends = 0;

  told(pid: number, text: string): void {
    this.#last.set(pid, text);
  }

  ended(pid: number): void {
    this.#ends++;
    const last = this.#last.get(pid);
    this.#last.delete(pid);
    if (last !== undefined) this.#departed = countersOf(mergeExpositions([this.#departed, last]));
  }

  merge(own: string, crew: { readonly count: number; readonly listening: number }): string {
    return mergeExpositions([own, ...this.#last.values(), this.#departed, this.#crewText(crew)]);
  }

  #crewText({ count, listening }: { readonly count: number; readonly listening: number }): string {
    return [
      "# HELP penstock_workers Processes that serve calls, by whether they take connections now",
      "# TYPE penstock_workers gauge",
      `penstock_workers{state="listening"} ${listening}`,
      `penstock_workers{state="starting"} ${count - listening}`,
      "# HELP penstock_worker_ends_total Workers that ended though nobody had stopped the server",
      "# TYPE penstock_worker_ends_total counter",
      `penstock_worker_ends_total ${this.#ends}`,
    ].join("\n");
  }
}
