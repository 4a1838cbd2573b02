import type { TestPenstock } from "../penstock.ts";

/** A key of its own with a limit of its own. */
export interface LimitedKey {
  readonly id: string;
  readonly value: string;
  readonly limitId: string;
  /** Changes the limit; what is not said stays. */
  change(numbers: Readonly<Record<string, unknown>>): Promise<void>;
  /** What the API says of the limit now, by measure. */
  levels(): Promise<Readonly<Record<string, { readonly used: number; readonly remaining: number }>>>;
}

let made = 0;

/** Makes a key and limits it, or what `subject` says in its place. */
export async function limitedKey(
  penstock: Pick<TestPenstock, "api">,
  numbers: Readonly<Record<string, unknown>>,
  { subject, key: more = {} }: { readonly subject?: unknown; readonly key?: object } = {},
): Promise<LimitedKey> {
  const ok = async (method: string, path: string, body?: unknown) => {
    const answer = await penstock.api(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    // As the contract declares it, which other tests look after.
    return answer.body as { id: string; value: string; levels: Level[] };
  };
  const { id, value } = await ok("POST", "/keys", { name: `limited-${made++}`, ...more });
  const limit = await ok("POST", "/limits", { subject: subject ?? { kind: "key", id }, ...numbers });
  return {
    id,
    value,
    limitId: limit.id,
    async change(numbers) {
      await ok("PATCH", `/limits/${limit.id}`, numbers);
    },
    async levels() {
      const { levels } = await ok("GET", `/limits/${limit.id}`);
      return Object.fromEntries(levels.map(({ measure, used, remaining }) => [measure, { used, remaining }]));
    },
  };
}

interface Level {
  readonly measure: string;
  readonly used: number;
  readonly remaining: number;
}
