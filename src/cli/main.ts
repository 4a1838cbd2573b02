import { endQuietlyOnClosedPipe } from "./output/terminal.ts";
import { runCli } from "./run-cli.ts";

endQuietlyOnClosedPipe();
process.exitCode = await runCli(process.argv.slice(2));
