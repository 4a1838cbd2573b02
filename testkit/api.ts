import { createApi } from "../src/api/create-api.ts";
import { createKey } from "../src/services/keys/create.ts";
import type { Engine } from "../src/storage/storage.ts";
import { startControlPlane, type TestControlPlane } from "./control-plane.ts";
import { explainNothing } from "./explain-nothing.ts";

/** A credential that no answer and no log may hold; `stop` looks for it. */
export const canary = "canary-4be1a9";

/** The fields of answers that tests look into one by one. */
export interface Body {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly value: string;
  readonly plan: string;
  readonly openapi: string;
  readonly default_model: string | null;
  readonly next_cursor: string | null;
  readonly paths: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
  readonly result: unknown;
  readonly data: { id: string; name: string; origin: string }[];
  readonly steps: { action: string; name: string }[];
  readonly keys: { value: string }[];
  readonly problems: { path: string; message: string }[];
}

export interface Call {
  /** The admin key unless told; empty: none is sent. */
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The REST API over a throw-away control plane, with an admin key of its org. */
export interface TestApi {
  readonly plane: TestControlPlane;
  readonly adminKey: string;
  readonly app: ReturnType<typeof createApi>;
  /** Calls a path below `/api/v1`. */
  call(
    method: string,
    path: string,
    call?: Call,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Body }>;
  /** Throws when the canary was in an answer or in the log. */
  stop(): Promise<void>;
}

export async function startApi({
  engine = "sqlite",
  now,
}: {
  readonly engine?: Engine;
  /** Milliseconds since the epoch, for the API alone. */
  readonly now?: () => number;
} = {}): Promise<TestApi> {
  const plane = await startControlPlane({ engine });
  const answers: string[] = [];
  const app = createApi({
    services: { ...plane.ctx, ...(now !== undefined && { now }) },
    explain: explainNothing,
    resolve: ({ model }) => ({ model, rule: "none", targets: [], near: ["m1"] }),
    gatewayUrl: "http://gateway.test",
    version: "1.2.3",
  });
  const { value } = await createKey(plane.ctx, { orgId: plane.orgId, name: "admin", scopes: ["admin"] });
  const adminKey = value.reveal();
  return {
    plane,
    adminKey,
    app,
    async call(method, path, { key = adminKey, body, headers } = {}) {
      const response = await app.request(`/api/v1${path}`, {
        method,
        headers: {
          ...(key !== "" && { authorization: `Bearer ${key}` }),
          "content-type": "application/json",
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      answers.push(text, JSON.stringify([...response.headers]));
      const json = (text === "" ? {} : JSON.parse(text)) as Body;
      return { status: response.status, headers: response.headers, body: json };
    },
    async stop() {
      await plane.stop();
      const shown = answers.join("\n") + Bun.inspect(plane.log, { depth: 20 });
      if (shown.includes(canary)) throw new Error("a credential was in an answer or in the log");
    },
  };
}
