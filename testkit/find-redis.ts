import { type FoundProgram, findProgram } from "./debian-program.ts";

/** `redis-server`, or `valkey-server`. Throws with what to do when there is no way to get one. */
export function findRedis(): FoundProgram {
  return findProgram({
    names: ["redis-server", "valkey-server"],
    path: "/usr/bin/redis-server",
    package: "redis-server",
    libraries: ["redis-tools", "libatomic1", "libjemalloc2", "liblzf1"],
    purpose: "the tests of shared limits need it",
  });
}
