import type { TestApi } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { password } from "./people.ts";

export interface CallOptions {
  readonly body?: unknown;
}

/** Somebody who calls the REST API, by a key or by a session, all the same to a test that walks the contract. */
export interface Caller {
  readonly name: string;
  readonly by: "key" | "session";
  call(method: string, url: string, options?: CallOptions): Promise<CallAnswer>;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export function keyCaller(
  api: TestApi,
  { name, key }: { readonly name: string; readonly key: string },
): Caller {
  return {
    name,
    by: "key",
    async call(method, url, { body } = {}) {
      const response = await api.app.request(url, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

/** Signs in with the password that `addMember` gives everybody. */
export async function sessionCaller(
  api: TestApi,
  { name, email }: { readonly name: string; readonly email: string },
): Promise<Caller> {
  const browser = openBrowser(api.app);
  const answer = await browser.visit("POST", "/api/v1/auth/sign-in", { json: { email, password } });
  if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${answer.text}`);
  return {
    name,
    by: "session",
    call: (method, url, { body } = {}) =>
      browser.visit(method, url, body === undefined ? {} : { json: body }),
  };
}
