import type { LimitBody } from "../../api/schemas/limit.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { formatSubject, parseSubject, subjectHint } from "../input/limit-subject.ts";
import { print, printJson } from "../output/terminal.ts";

const numbers = {
  rpm: { field: "requests_per_minute", what: "Requests a minute" },
  tpm: { field: "tokens_per_minute", what: "Tokens a minute, input and output together" },
  concurrency: { field: "concurrency", what: "Calls at once" },
  "day-usd": { field: "day_usd", what: "USD a calendar day, UTC" },
  "month-usd": { field: "month_usd", what: "USD a calendar month, UTC" },
} as const;

const number = (what: string) =>
  ({ type: "string", valueHint: "NUMBER|none", description: `${what}; \`none\`: no limit` }) as const;

/** Sets what a subject may use; what is not named stays. */
export const limitsSetCommand = defineCliCommand({
  summary: "Limit a subject, or change its limit",
  args: {
    subject: { type: "positional", required: true, description: subjectHint },
    rpm: number(numbers.rpm.what),
    tpm: number(numbers.tpm.what),
    concurrency: number(numbers.concurrency.what),
    "day-usd": number(numbers["day-usd"].what),
    "month-usd": number(numbers["month-usd"].what),
    unpriced: {
      type: "string",
      valueHint: "allow|refuse",
      description: "What becomes of models without a price where there is a budget; refuse by default",
    },
    ...connectionArgs,
  },
  examples: [
    "penstock limits set key/ci --rpm 60 --day-usd 5",
    "penstock limits set agent/scout/writer --month-usd 200",
    "penstock limits set org --tpm none",
  ],
  async run({ args }) {
    const { unpriced } = args;
    if (unpriced !== undefined && unpriced !== "allow" && unpriced !== "refuse")
      throw usageError("--unpriced must be allow or refuse");
    const values = { rpm: args.rpm, tpm: args.tpm, concurrency: args.concurrency };
    const budgets = { "day-usd": args["day-usd"], "month-usd": args["month-usd"] };
    const body: Record<string, number | boolean | null> = {};
    for (const [name, text] of Object.entries({ ...values, ...budgets })) {
      if (text !== undefined) body[fieldOf(name)] = numberOf(name, text);
    }
    if (unpriced !== undefined) body.allow_unpriced = unpriced === "allow";
    if (Object.keys(body).length === 0)
      throw usageError("say what to limit; see `penstock limits set --help`");
    const api = new ApiClient(await connectAdmin(args));
    const subject = await parseSubject(api, args.subject);
    const known = (await api.list<LimitBody>("/limits", { kind: subject.kind })).find((limit) =>
      Bun.deepEquals(limit.subject, subject),
    );
    const limit =
      known === undefined
        ? await api.call<LimitBody>("/limits", { method: "POST", body: { subject, ...body } })
        : await api.call<LimitBody>(`/limits/${known.id}`, { method: "PATCH", body });
    if (args.json) printJson(limit);
    else print(`The limit of ${formatSubject(limit)} is set.`);
  },
});

function fieldOf(name: string): string {
  return Object.entries(numbers).find(([option]) => option === name)?.[1].field ?? name;
}

function numberOf(name: string, text: string): number | null {
  if (text === "none") return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw usageError(`--${name} must be a number, or none`);
  return value;
}
