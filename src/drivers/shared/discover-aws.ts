import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeError } from "../../wire/bedrock-converse/error.ts";
import type { DiscoveredModel, Upstream } from "../driver.ts";
import { type FoundationKinds, readFoundationModels, readInferenceProfiles } from "./aws-models.ts";
import { joinUrl } from "./base-url.ts";
import type { IsRefusal } from "./get-json.ts";
import { type Asking, discoverByList, type ModelList } from "./model-list.ts";

/** How an account's control host is asked. */
export interface AwsControl {
  /** The driver's id. */
  readonly driver: string;
  readonly controlUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorize: Upstream["authorize"] | undefined;
}

/** The models that can be called by their own id; the cheapest call there is. */
export function foundationModels(control: AwsControl, kinds: FoundationKinds = new Map()): ModelList {
  const url = joinUrl(control.controlUrl, "/foundation-models");
  return {
    ...shared(control),
    pageUrl: () => url,
    readPage: (body) => readFoundationModels(body, kinds),
  };
}

/** Models and inference profiles. An account that may not list profiles has its models all the same. */
export async function discoverAws(control: AwsControl, asking: Asking): Promise<readonly DiscoveredModel[]> {
  const kinds: FoundationKinds = new Map();
  const models = await discoverByList(foundationModels(control, kinds), asking);
  const profiles = await discoverByList(inferenceProfiles(control, kinds), asking).catch((error: unknown) => {
    if (error instanceof PenstockError && error.code === "upstream_credential_rejected") return [];
    throw error;
  });
  return [...models, ...profiles];
}

function inferenceProfiles(control: AwsControl, kinds: FoundationKinds): ModelList {
  const after = (cursor?: string) => (cursor === undefined ? "" : `&nextToken=${encodeURIComponent(cursor)}`);
  return {
    ...shared(control),
    pageUrl: (cursor) => joinUrl(control.controlUrl, `/inference-profiles?maxResults=1000${after(cursor)}`),
    readPage: (body) => readInferenceProfiles(body, kinds),
  };
}

function shared({ driver, controlUrl, headers, authorize }: AwsControl) {
  return {
    driver,
    baseUrl: controlUrl,
    headers,
    authorize,
    // The same status says "unknown key" and "known, but not allowed to list".
    isRefusal: ({ status, headers: answered, body }: Parameters<IsRefusal>[0]) =>
      decodeError(status, answered, JSON.stringify(body ?? {})).kind === "authentication",
  };
}
