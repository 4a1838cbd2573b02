/** Entry of the mock upstream's own process: `bun bench/mock/main.ts PORT`; says `ready` on stdout. */
import { startMockUpstream } from "./upstream.ts";

const { port } = startMockUpstream(Number(process.argv[2] ?? 0));
console.log(`ready ${port}`);
