import type { DriverContext, UpstreamCall } from "../driver.ts";
import { joinUrl, trimSlashes } from "./base-url.ts";
import { textOption } from "./options.ts";

/** The two APIs of a Foundry resource, by what the option `route` calls them. */
const paths = { mai: "/mai/v1", openai: "/openai/v1" } as const;

/** What admins copy along with the resource's address: a project, an API, a call. */
const copied = /(\/api\/projects\/[^/]+)?(\/(mai|openai)(\/v1)?)?(\/(chat\/completions|models))?\/*$/;

/** Where the models of a resource are called and listed. */
export interface MaiUrls {
  chat(call: Pick<UpstreamCall, "model">): string;
  /** Whether the model stands at the path of its own. */
  isOwn(model: string): boolean;
  readonly models: string;
  readonly deployments: readonly string[];
}

/**
 * The URLs of a resource, from whatever its admin copied. MAI-Thinking stands at a path of its own; a deployment under
 * another name gets there by the option `route`, or by a base URL that ends in `/mai/v1`.
 */
export function maiUrls(context: DriverContext): MaiUrls {
  const url = new URL(context.baseUrl);
  const path = trimSlashes(url.pathname);
  const named = /\/mai(\/v1)?(\/chat\/completions)?$/.test(path) ? "mai" : "auto";
  url.pathname = path.replace(copied, "");
  const resource = trimSlashes(url.href);
  const route = textOption(context, "route", "auto");
  const api = route === "auto" ? named : route;
  const isOwn = (model: string) => (api === "auto" ? /^mai-thinking/i.test(model) : api === "mai");
  return {
    chat: ({ model }) => joinUrl(resource, `${paths[isOwn(model) ? "mai" : "openai"]}/chat/completions`),
    isOwn,
    models: joinUrl(resource, `${paths.openai}/models`),
    deployments: [joinUrl(resource, "/openai/deployments?api-version=2022-12-01")],
  };
}
