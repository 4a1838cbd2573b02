import { defineCliCommand } from "../cli-command.ts";

/** Runs the server in this process; the only command that does not talk to one. */
export const serveCommand = defineCliCommand({
  summary: "Start Penstock",
  args: {},
  examples: [
    "penstock serve",
    "PENSTOCK_PORT=9000 PENSTOCK_DATA=/var/lib/penstock penstock serve",
    "PENSTOCK_CONFIG=penstock.yaml penstock serve",
  ],
  async run() {
    // Loaded here so that no other command pays for it.
    const { serve } = await import("../../server.ts");
    await serve(process.env);
  },
});
