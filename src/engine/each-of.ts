export interface EachOptions<T> {
  /** How many run at a time. */
  readonly atOnce: number;
  run(item: T, index: number): Promise<void>;
}

/** Runs all of a list, some at a time, in order. After the first failure, which it rejects with, no more are begun. */
export async function eachOf<T>(items: readonly T[], { atOnce, run }: EachOptions<T>): Promise<void> {
  const queue = items.entries();
  let failed = false;
  const work = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        await run(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}
