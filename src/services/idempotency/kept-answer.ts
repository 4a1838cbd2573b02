import { z } from "zod";
import { Secret } from "../../secrets/secret.ts";

/** An answer as it was given. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const schema = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** Secret as a whole: the value of a key that was made is in it. */
export function toSecretAnswer({ status, headers, body }: KeptAnswer): Secret {
  return new Secret(JSON.stringify({ status, headers, body }));
}

export function readKeptAnswer(secret: Secret): KeptAnswer {
  return schema.parse(JSON.parse(secret.reveal()));
}
