import type { z } from "zod";
import type { Issue } from "../shared/first-issue.ts";
import {
  type Listen,
  type MockVendor,
  type RecordedRequest,
  startMockServer,
  type VendorAnswer,
} from "../shared/mock-server.ts";
import { chatBehaviour } from "./behaviour.ts";
import { chatError } from "./error.ts";
import type { ChatModel } from "./models.ts";

type Json = Readonly<Record<string, unknown>>;

/** In what a vendor of the Chat Completions API differs from its author. */
export interface ChatDialect {
  /** Where the API is, with its version or, where other calls stand beside that, without. */
  readonly root: string;
  readonly apiKey: string;
  readonly models: readonly ChatModel[];
  /** The fields it takes; must read a `ChatRequest`. */
  readonly request: z.ZodType;
  /** How it refuses a body of another form. */
  readonly refuse?: (issue: Issue) => VendorAnswer;
  /** How it refuses who asks. */
  readonly unauthorized?: VendorAnswer;
  /** The id of the model behind a name of another form. */
  readonly modelBehind?: (name: string) => string;
  /** Rules of its own for a request that is well formed. */
  readonly rules?: (body: Json, request: RecordedRequest) => VendorAnswer | undefined;
  /** Answers a GET below the root; undefined: the plain list of models. */
  readonly read?: (path: string, request: RecordedRequest) => VendorAnswer | undefined;
  /** GETs that need no key. */
  readonly isPublic?: (path: string) => boolean;
  /** A message or a delta as it writes them. */
  readonly turn?: (turn: Json) => Json;
  /** The usage as it writes it. */
  readonly usage?: (usage: Json, request: RecordedRequest) => Json;
  /** Headers of a whole answer that tell of its usage. */
  readonly usageHeaders?: (usage: Json, request: RecordedRequest) => Readonly<Record<string, string>>;
  /** Where a stream has its usage: in the chunk that finishes, or in one more with a choice. Absent: where asked for. */
  readonly streamUsage?: "in-finish" | "with-choice";
  /** What stands before every event of a stream, and before a whole answer. */
  readonly comment?: string;
  readonly padding?: string;
}

export interface DialectOptions {
  readonly apiKey?: string;
  readonly listen?: Listen | undefined;
}

/** Starts a strict server that speaks this dialect. */
export function startDialect(dialect: ChatDialect, options: DialectOptions = {}): MockVendor {
  const apiKey = options.apiKey ?? dialect.apiKey;
  const { models, request: schema, refuse, comment = "" } = dialect;
  const chat = chatBehaviour({
    models,
    isVendor: false,
    request: schema,
    ...(refuse && { refuse }),
    ...(dialect.modelBehind && { modelBehind: dialect.modelBehind }),
    alwaysUsage: dialect.streamUsage !== undefined,
  });
  const unauthorized =
    dialect.unauthorized ??
    chatError({ status: 401, message: "Incorrect API key provided.", code: "invalid_api_key" });

  function inside(request: RecordedRequest): RecordedRequest | undefined {
    if (!request.path.startsWith(`${dialect.root}/`)) return undefined;
    const path = request.path.slice(dialect.root.length).replace(/^\/v1\//, "/");
    return { ...request, path: `/v1${path}` };
  }

  function check(request: RecordedRequest): VendorAnswer | undefined {
    const own = inside(request);
    if (own === undefined)
      return chatError({ status: 404, message: `Invalid URL (${request.method} ${request.path})` });
    const isOpen = request.method === "GET" && dialect.isPublic?.(own.path.slice(3)) === true;
    if (!isOpen && request.headers.get("authorization") !== `Bearer ${apiKey}`) return unauthorized;
    if (request.method === "GET" && dialect.read?.(own.path.slice(3), own) !== undefined) return undefined;
    const refused = chat.check(own);
    if (refused !== undefined || request.method === "GET") return refused;
    return dialect.rules?.(request.body as Json, request);
  }

  function answer(request: RecordedRequest): VendorAnswer {
    const own = inside(request) ?? request;
    if (request.method === "GET") return dialect.read?.(own.path.slice(3), own) ?? chat.answer(own);
    const given = chat.answer(own);
    const spoken = (value: unknown) => inDialect(value as Json, { dialect, request });
    if (given.events !== undefined) {
      const events = given.events.map((event) => (typeof event === "string" ? event : spoken(event)));
      return { ...given, events: placeUsage(events, dialect.streamUsage) };
    }
    const { json, ...rest } = given;
    const usage = (json as Json).usage as Json | undefined;
    const headers = usage === undefined ? {} : dialect.usageHeaders?.(usage, request);
    if (dialect.padding === undefined) return { ...rest, json: spoken(json), headers: { ...headers } };
    const body = dialect.padding + JSON.stringify(spoken(json));
    return { ...rest, body, headers: { "content-type": "application/json" } };
  }

  return startMockServer({
    apiKey,
    listen: options.listen,
    behaviour: {
      check,
      answer,
      headers: () => ({}),
      frame: (payload) => `${comment}data: ${payload}\n\n`,
      recordedEnd: "data: [DONE]\n\n",
    },
  });
}

function inDialect(
  value: Json,
  { dialect, request }: { readonly dialect: ChatDialect; readonly request: RecordedRequest },
): Json {
  const { turn = (same: Json) => same, usage = (same: Json) => same } = dialect;
  const choices = (value.choices as readonly Json[]).map((choice) => ({
    ...choice,
    ...(choice.delta !== undefined && { delta: turn(choice.delta as Json) }),
    ...(choice.message !== undefined && { message: turn(choice.message as Json) }),
  }));
  const counted = value.usage as Json | null | undefined;
  return { ...value, choices, ...(counted != null && { usage: usage(counted, request) }) };
}

/** Moves the usage from its own chunk without choices to where this vendor has it. */
function placeUsage(events: readonly unknown[], place: ChatDialect["streamUsage"]): readonly unknown[] {
  if (place === undefined) return events;
  const chunks = events.filter((event): event is Json => typeof event !== "string");
  const own = chunks.find(({ choices }) => (choices as readonly unknown[]).length === 0);
  const finish = chunks.findLast(({ choices }) => (choices as readonly unknown[]).length > 0);
  if (own === undefined || finish === undefined) return events;
  return events.flatMap((event) => {
    if (event === finish && place === "in-finish") return [{ ...finish, usage: own.usage }];
    if (event === own) return place === "in-finish" ? [] : [{ ...own, choices: finish.choices }];
    return [event];
  });
}
