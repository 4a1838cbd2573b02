/** The bundle of what `src/` holds now; undefined where there is none and none can be made (or `build` is false). */
export declare function bundledEntry(options: {
  readonly root: string;
  readonly bun: string;
  readonly lockHash: string;
  readonly build: boolean;
}): string | undefined;

/** Keeps the bundle of a program that runs from being removed, as long as this process does: it may have parts left to load. */
export declare function keepWhileRunning(entry: string): void;
