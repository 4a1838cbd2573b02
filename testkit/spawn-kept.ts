/** A child that ends with this process however that ends. */
export type KeptProcess = Bun.Subprocess<"pipe", "ignore", "ignore">;

/** The program takes the shell's place, so that signals reach it; a helper beside it watches the pipe. */
const keeper = 'exec 3<&0; { cat <&3 >/dev/null; kill -KILL $$; } & exec "$@" </dev/null 3<&-';

/** Starts a program. Bun ends its children with itself, but not when it is killed: then the closed pipe does. */
export function spawnKept(
  { path, env }: { readonly path: string; readonly env: Readonly<Record<string, string | undefined>> },
  args: readonly string[],
): KeptProcess {
  const child = Bun.spawn(["sh", "-c", keeper, "sh", path, ...args], {
    env,
    ...{ stdin: "pipe", stdout: "ignore", stderr: "ignore" },
  });
  child.unref();
  return child;
}
