import type { ExplanationBody } from "../../api/schemas/explanation.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { findKey } from "../find-by-name.ts";
import { parseAssignments } from "../input/assignments.ts";
import { repeated } from "../input/check-arguments.ts";
import { readJsonFile } from "../input/route-body.ts";
import { formatExplanation } from "../output/explanation.ts";
import { print, printJson } from "../output/terminal.ts";

const explainArgs = {
  model: { type: "positional", required: true, description: "What a request would say as its model" },
  body: {
    type: "string",
    valueHint: "FILE",
    description: "A request as a client would send it; - is standard input",
  },
  surface: {
    type: "string",
    valueHint: "SURFACE",
    description: "openai-chat (default), openai-responses, anthropic-messages, gemini or embeddings",
  },
  "for-key": { type: "string", valueHint: "NAME", description: "With this key's permissions and limits" },
  header: { type: "string", valueHint: "NAME=VALUE", description: "A header of the request; repeatable" },
  strict: { type: "boolean", description: "Refuse what cannot be translated without loss" },
  ...connectionArgs,
} as const;

/** Shows where a call would go, without sending it. */
export const explainCommand = defineCliCommand({
  summary: "Show where a call would go, and why, without sending it",
  args: explainArgs,
  repeatable: ["header"],
  examples: [
    "penstock explain smart",
    "penstock explain smart --body request.json --for-key ci",
    "penstock explain ab --header x-penstock-session=conversation-7",
  ],
  async run({ args, rawArgs }) {
    const headers = parseAssignments(repeated(rawArgs, { name: "header", args: explainArgs }), "--header");
    const request = args.body === undefined ? undefined : await readJsonFile("--body", args.body);
    const api = new ApiClient(await connectAdmin(args));
    const keyId = args["for-key"] === undefined ? undefined : (await findKey(api, args["for-key"])).id;
    const explanation = await api.call<ExplanationBody>("/routes/explain", {
      method: "POST",
      body: {
        model: args.model,
        ...(args.surface !== undefined && { surface: args.surface }),
        ...(request !== undefined && { request }),
        ...(headers.size > 0 && { headers: Object.fromEntries(headers) }),
        ...(args.strict === true && { strict: true }),
        ...(keyId !== undefined && { key_id: keyId }),
      },
    });
    if (args.json) printJson(explanation);
    else print(formatExplanation(explanation));
  },
});
