/** The bundle of what `src/` holds now; undefined where there is none and none can be made (or `build` is false). */
export declare function bundledEntry(options: {
  readonly root: string;
  readonly bun: string;
  readonly lockHash: string;
  readonly build: boolean;
}): string | undefined;
