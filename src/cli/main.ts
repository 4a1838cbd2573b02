import { endQuietlyOnClosedPipe } from "./output/terminal.ts";
import { runCli } from "./run-cli.ts";

endQuietlyOnClosedPipe();
// No top-level await: a bundle with bytecode cannot hold one.
runCli(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
