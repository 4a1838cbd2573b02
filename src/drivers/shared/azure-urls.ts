import type { DriverContext } from "../driver.ts";
import { joinUrl, trimSlashes } from "./base-url.ts";
import { textOption } from "./options.ts";
import type { ResponsesUrls } from "./responses-driver.ts";

/** What deployment URLs are called with where the admin names no version: the last dated one, which knows Responses. */
export const defaultApiVersion = "2025-04-01-preview";

/** Ends of URLs that admins copy from elsewhere: the call itself, and what stands before it. */
const callPath = /(?:\/(?:chat\/completions|responses|models|embeddings))+$/;
const deploymentPath = /\/openai\/deployments(?:\/[^/]+)?$/;

/** The list of deployments; a project of Foundry has one of its own. See azure-deployments.ts. */
function deploymentUrls(resource: string): readonly string[] {
  const classic = joinUrl(
    resource.replace(/\/api\/projects\/[^/]+$/, ""),
    "/openai/deployments?api-version=2022-12-01",
  );
  return /\/api\/projects\/[^/]+$/.test(resource)
    ? [joinUrl(resource, "/deployments?api-version=v1"), classic]
    : [classic];
}

/**
 * The URLs of a resource, from whatever its admin copied: the v1 API, or, when a dated `api-version` is set or the URL
 * names a deployment, the classic one, where the deployment stands in the path.
 */
export function azureUrls(context: DriverContext): ResponsesUrls {
  const url = new URL(context.baseUrl);
  const version = textOption(context, "api_version", "") || (url.searchParams.get("api-version") ?? "");
  url.search = "";
  const path = trimSlashes(url.pathname).replace(callPath, "");
  const isClassic = deploymentPath.test(path) || /^\d{4}-/.test(version);
  url.pathname = path.replace(deploymentPath, "").replace(/\/openai(?:\/v1)?$/, "");
  const resource = trimSlashes(url.href);
  if (!isClassic) {
    const at = (call: string) =>
      joinUrl(resource, `/openai/v1${call}${version === "" ? "" : `?api-version=${version}`}`);
    const chat = at("/chat/completions");
    const responses = at("/responses");
    const embeddings = at("/embeddings");
    return {
      chat: () => chat,
      responses: () => responses,
      embeddings: () => embeddings,
      models: at("/models"),
      deployments: deploymentUrls(resource),
    };
  }
  const query = `?api-version=${encodeURIComponent(version === "" ? defaultApiVersion : version)}`;
  const responses = joinUrl(resource, `/openai/responses${query}`);
  const deployed = (model: string, call: string) =>
    joinUrl(resource, `/openai/deployments/${encodeURIComponent(model)}${call}${query}`);
  return {
    chat: ({ model }) => deployed(model, "/chat/completions"),
    embeddings: ({ model }) => deployed(model, "/embeddings"),
    responses: () => responses,
    models: joinUrl(resource, `/openai/models${query}`),
    deployments: deploymentUrls(resource),
  };
}
