import type { Api } from "../src/api/create-api.ts";
import type { Body } from "./api.ts";

export interface Visit {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** Over what a browser on a page of the server itself would send. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; empty when it is none. */
  readonly body: Body;
}

/** Somebody at a browser that keeps cookies and shows the server's own pages. */
export interface Browser {
  readonly cookies: Map<string, string>;
  visit(method: string, path: string, visit?: Visit): Promise<Answer>;
}

export function openBrowser(
  app: Api,
  { address = "203.0.113.7" }: { readonly address?: string } = {},
): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async visit(method, path, { json, form, headers } = {}) {
      const body =
        form !== undefined
          ? new URLSearchParams(form)
          : json === undefined
            ? undefined
            : JSON.stringify(json);
      const sent = new Headers({
        "user-agent": "test browser",
        ...(json !== undefined && { "content-type": "application/json" }),
        ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }),
        ...(method !== "GET" && { "sec-fetch-site": "same-origin" }),
        ...headers,
      });
      for (const [name, value] of Object.entries(headers ?? {})) if (value === "") sent.delete(name);
      const response = await app.request(
        path,
        { method, headers: sent, ...(body !== undefined && { body }) },
        address,
      );
      for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: (isJson ? JSON.parse(text) : {}) as Body,
      };
    },
  };
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = ""] = cookie.split(";", 1);
  const at = pair.indexOf("=");
  if (/max-age=0(;|$)/i.test(cookie)) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}
