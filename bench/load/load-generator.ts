import { join } from "node:path";
import { BenchError } from "../bench-error.ts";
import type { Child, Children } from "../process/children.ts";
import { type LoadResult, type LoadResultOf, type LoadSpec, loadResult } from "./load-spec.ts";

const timeoutMs = 60_000;

/** The load generator's process, seen from the run. One load at a time. */
export class LoadGenerator {
  readonly #child: Child;
  #receive: ((message: unknown) => void) | undefined;

  private constructor(children: Children) {
    this.#child = children.spawn({
      name: "load",
      role: "surroundings",
      command: [process.execPath, join(import.meta.dir, "main.ts")],
      onMessage: (message) => this.#receive?.(message),
    });
  }

  /** Starts the process and waits until it listens. */
  static async start(children: Children): Promise<LoadGenerator> {
    const generator = new LoadGenerator(children);
    await generator.#next(timeoutMs);
    return generator;
  }

  /** Puts one load on a target. Throws `BenchError` when it cannot be run to its end. */
  async run<Kind extends LoadSpec["kind"]>(
    spec: Extract<LoadSpec, { kind: Kind }>,
  ): Promise<LoadResultOf<Kind>> {
    this.#child.process.send(spec);
    const result = loadResult.parse(await this.#next(timeoutMs));
    if (isOfKind(result, spec.kind)) return result;
    throw new BenchError(
      `The load on ${spec.lane.id} ${spec.shape.id} failed: ${result.kind === "failed" ? result.reason : result.kind}`,
      "See the target's log above, and whether something else uses the machine.",
    );
  }

  #next(limitMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void =>
        reject(new BenchError(`${what}\n${this.#child.logTail()}`, "Run the case alone with --only."));
      const timer = setTimeout(
        () => fail(`The load generator said nothing for ${limitMs / 1000} s.`),
        limitMs,
      );
      this.#child.process.exited.then((code) => fail(`The load generator ended with code ${code}.`));
      this.#receive = (message) => {
        clearTimeout(timer);
        resolve(message);
      };
    });
  }
}

function isOfKind<Kind extends LoadResult["kind"]>(
  result: LoadResult,
  kind: Kind,
): result is LoadResultOf<Kind> {
  return result.kind === kind;
}
