import { z } from "zod";
import { CliError } from "./cli-error.ts";
import type { Connection } from "./connection.ts";
import { harmless, write } from "./output/terminal.ts";
import type { PersonConnection } from "./person-connection.ts";

/** What every list answers with. */
export interface PageBody<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

const problemSchema = z.object({
  detail: z.string(),
  next: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** The REST API as plain calls. Types are those of the contract (`src/api/schemas`). */
export class ApiClient {
  readonly #connection: Connection | PersonConnection;

  constructor(connection: Connection | PersonConnection) {
    this.#connection = connection;
  }

  /** One call; `path` is below `/api/v1`. Throws `CliError` with the server's own words. */
  async call<T>(path: string, request: ApiRequest = {}): Promise<T> {
    const response = await this.#send(path, request);
    if (!response.ok) throw await readProblem(response);
    if (response.status === 204) return undefined as T;
    return (await response.json().catch(() => {
      throw new CliError(`${this.#connection.url} did not answer as Penstock does; check the URL`);
    })) as T;
  }

  /** Every item of a list, page by page. */
  async list<T>(path: string, query: ApiRequest["query"] = {}): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page: PageBody<T> = await this.call(path, { query: { limit: 1000, ...query, cursor } });
      items.push(...page.data);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  }

  /** Prints an answer as it comes, so that a long one needs no memory. Throws `CliError` when it ends before its end. */
  async print(path: string, query: ApiRequest["query"]): Promise<void> {
    const response = await this.#send(path, { query: query ?? {} });
    if (!response.ok) throw await readProblem(response);
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) write(decoder.decode(chunk, { stream: true }));
    } catch {
      throw new CliError("the server broke off in the middle; what was printed is not whole");
    }
  }

  async #send(path: string, { method = "GET", query = {}, body }: ApiRequest): Promise<Response> {
    const { url } = this.#connection;
    const target = new URL(`${url}/api/v1${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = proofOf(this.#connection);
    if (body !== undefined) headers["content-type"] = "application/json";
    try {
      return await fetch(target, {
        method,
        headers,
        // A redirect would take the key elsewhere.
        redirect: "manual",
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch {
      throw unreachable(url);
    }
  }
}

/** A session is taken from pages of the server only, so what bears one says it comes from there. */
function proofOf(connection: Connection | PersonConnection): Record<string, string> {
  if ("key" in connection) return { authorization: `Bearer ${connection.key}` };
  const { url, cookie, orgId } = connection;
  return {
    cookie,
    origin: new URL(url).origin,
    ...(orgId !== undefined && { "x-penstock-org": orgId }),
  };
}

/** For whoever talks to the server by `fetch`. */
export function unreachable(url: string): CliError {
  return new CliError(`Penstock cannot be reached at ${url}; is it running? (\`penstock serve\` starts it)`);
}

/** The server's own words for a failed call. */
export async function readProblem(response: Response): Promise<CliError> {
  const text = await response.text().catch(() => "");
  const problem = problemSchema.safeParse(parseJson(text)).data;
  if (!problem) {
    return new CliError(`the server answered ${response.status} without saying why; check the URL`);
  }
  const details = problem.problems.map(({ path, message }) =>
    harmless(path ? `${path}: ${message}` : message),
  );
  if (problem.next) details.push(harmless(problem.next));
  return new CliError(harmless(problem.detail), { details });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
