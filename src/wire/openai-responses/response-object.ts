import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";

/** Request fields the vendor repeats in its answer, with what it says when the caller did not send them. */
const echoDefaults: JsonObject = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  store: true,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
};

/** The fields of a request that its answer repeats. */
export function echoOf(body: unknown): JsonObject {
  if (typeof body !== "object" || body === null) return {};
  const sent = new Map(Object.entries(body));
  return Object.fromEntries(
    Object.keys(echoDefaults).flatMap((key) => {
      const value = sent.get(key);
      return value === undefined || value === null ? [] : [[key, value]];
    }),
  );
}

/** The ids of one answer: its own, and those of its items, from which the answer's can be told. */
export function responseId(requestId: string): string {
  return `resp_${suffixOf(requestId)}`;
}

export function itemId(prefix: string, { requestId, at }: { requestId: string; at: number }): string {
  return `${prefix}_${suffixOf(requestId)}_${at}`;
}

/** The answer in which this gateway gave an item this id; undefined for ids of others. */
export function responseOfItem(id: string): string | undefined {
  const suffix = /^[a-z]+_([A-Za-z0-9]+)_\d+$/.exec(id)?.[1];
  return suffix === undefined ? undefined : `resp_${suffix}`;
}

const idPrefix = /^[a-z]+_/;
const punctuation = /[^A-Za-z0-9]/g;

function suffixOf(requestId: string): string {
  return requestId.replace(idPrefix, "").replace(punctuation, "");
}

/** What differs between the moments at which a response object is told. */
export interface ResponseState {
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly incomplete?: string | null;
  readonly error?: JsonObject | null;
  readonly output: readonly unknown[];
  readonly usage: JsonObject | null;
}

/** The response object as clients' types demand it: every field there, `null` where nothing was said. */
export function responseObject(
  head: Pick<NeutralResponse, "model" | "created" | "serviceTier">,
  { context, state }: { readonly context: AnswerContext; readonly state: ResponseState },
): JsonObject {
  const created = head.created ?? context.created;
  return {
    id: responseId(context.requestId),
    object: "response",
    created_at: created,
    completed_at: state.status === "completed" ? created : null,
    status: state.status,
    error: state.error ?? null,
    incomplete_details: state.incomplete == null ? null : { reason: state.incomplete },
    model: head.model || context.model,
    output: state.output,
    ...echoDefaults,
    ...context.echo,
    service_tier: head.serviceTier ?? "default",
    usage: state.usage,
  };
}
