import { chatError } from "../openai-chat/error.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import type { ResponsesItem } from "./schema.ts";

interface Stored {
  readonly body: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
  readonly input: readonly ResponsesItem[];
  readonly background: boolean;
  status: "queued" | "in_progress" | "completed" | "cancelled";
}

const path = /^\/v1\/responses\/([^/]+)(\/cancel|\/input_items)?$/;
const params: ReadonlySet<string> = new Set([
  ...["include", "include[]", "stream", "starting_after", "include_obfuscation"],
  ...["limit", "order", "after", "api-version"],
]);

/** Answers as the account keeps them; one made in the background goes a step further each time it is looked at. */
export class StoredResponses {
  readonly #kept = new Map<string, Stored>();

  /** What the request that made it is answered with. */
  keep(id: string, stored: Omit<Stored, "status">): VendorAnswer["json"] {
    const kept: Stored = { ...stored, status: stored.background ? "queued" : "completed" };
    this.#kept.set(id, kept);
    return bodyOf(kept);
  }

  /** Whether the path is about an answer that is kept, or could be. */
  isOne(request: RecordedRequest, at: string | undefined): boolean {
    return path.test(at ?? "") && !(at?.endsWith("/input_tokens") === true && request.method === "POST");
  }

  answer({ method, query }: RecordedRequest, at: string): VendorAnswer {
    const [, encoded = "", part] = path.exec(at) ?? [];
    const id = decodeURIComponent(encoded);
    const odd = [...query.keys()].find((name) => !params.has(name));
    if (odd !== undefined) return chatError({ message: `Unknown query parameter: '${odd}'.`, param: odd });
    const kept = this.#kept.get(id);
    if (kept === undefined) return chatError({ status: 404, message: `Response with id '${id}' not found.` });
    if (part === "/input_items" && method === "GET") return { json: inputPage(kept, query) };
    if (part === "/cancel" && method === "POST") return this.#cancel(kept);
    if (part === undefined && method === "DELETE") {
      this.#kept.delete(id);
      return { json: { id, object: "response", deleted: true } };
    }
    if (part !== undefined || method !== "GET")
      return chatError({ status: 405, message: `Not allowed to ${method} on ${at}.` });
    if (query.get("stream") === "true") {
      const after = Number(query.get("starting_after") ?? -1);
      return { events: kept.events.slice(after + 1) };
    }
    if (kept.status === "queued") kept.status = "in_progress";
    else if (kept.status === "in_progress") kept.status = "completed";
    return { json: bodyOf(kept) };
  }

  #cancel(kept: Stored): VendorAnswer {
    if (!kept.background) return chatError({ message: "Cannot cancel a synchronous response." });
    if (kept.status !== "completed") kept.status = "cancelled";
    return { json: bodyOf(kept) };
  }
}

function bodyOf({ status, body, background }: Stored): Readonly<Record<string, unknown>> {
  if (status === "completed") return { ...body, background };
  return { ...body, background, status, completed_at: null, output: [], usage: null };
}

function inputPage({ input }: Stored, query: URLSearchParams): unknown {
  const data = input
    .slice(0, Number(query.get("limit") ?? 20))
    .map((item, i) => ({ id: `item_${i}`, ...item }));
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: data.length < input.length,
  };
}
