import type { DiscoveredModel } from "../driver.ts";
import { readModalities } from "./chat-facts.ts";
import type { ModelPage } from "./model-list.ts";
import { readArray, readObject, readText } from "./read-value.ts";

/** What inference profiles inherit from the models they lead to, by model id. */
export type FoundationKinds = Map<string, NonNullable<DiscoveredModel["kind"]>>;

/**
 * `GET /foundation-models`: the models that can be called by their own id. All active ones are noted in `kinds`, since
 * some can be called through an inference profile only. Not paginated. Source: Amazon Bedrock API reference.
 */
export function readFoundationModels(body: unknown, kinds: FoundationKinds): ModelPage | undefined {
  const summaries = readArray(readObject(body)?.modelSummaries);
  if (summaries === undefined) return undefined;
  const models = summaries.flatMap((value): DiscoveredModel[] => {
    const model = readObject(value);
    const id = readText(model?.modelId);
    // An id with a context size behind its version is for provisioned capacity only.
    if (model === undefined || id === undefined || /:\d+:\w+$/.test(id)) return [];
    if ((readText(readObject(model.modelLifecycle)?.status) ?? "ACTIVE") !== "ACTIVE") return [];
    const kind = kindOf(readArray(model.outputModalities));
    kinds.set(id, kind);
    const types = readArray(model.inferenceTypesSupported);
    if (types !== undefined && !types.includes("ON_DEMAND")) return [];
    const displayName = readText(model.modelName);
    const input = readModalities(lowerCase(model.inputModalities));
    return [
      {
        id,
        kind,
        ...(displayName !== undefined && { displayName }),
        ...(input !== undefined && { facts: { input } }),
      },
    ];
  });
  return { models, next: undefined };
}

/**
 * `GET /inference-profiles`, paginated: the vendor's own by their id, the account's by their ARN. What they lead to decides
 * their kind; of the account's own ones, whose name says nothing, it is told.
 */
export function readInferenceProfiles(body: unknown, kinds: FoundationKinds): ModelPage | undefined {
  const page = readObject(body);
  const summaries = readArray(page?.inferenceProfileSummaries);
  if (page === undefined || summaries === undefined) return undefined;
  const models = summaries.flatMap((value): DiscoveredModel[] => {
    const profile = readObject(value);
    const foundation = foundationOf(profile?.models);
    const kind = foundation === undefined ? undefined : kinds.get(foundation);
    if (profile === undefined || foundation === undefined || kind === undefined) return [];
    if ((readText(profile.status) ?? "ACTIVE") !== "ACTIVE") return [];
    const own = profile.type === "APPLICATION";
    const id = readText(own ? profile.inferenceProfileArn : profile.inferenceProfileId);
    if (id === undefined) return [];
    const displayName = readText(profile.inferenceProfileName);
    return [
      {
        id,
        kind,
        ...(displayName !== undefined && { displayName }),
        ...(own && { facts: { baseModel: foundation } }),
      },
    ];
  });
  return { models, next: readText(page.nextToken) };
}

/** The id behind `foundation-model/` in the ARN of the first region. */
function foundationOf(models: unknown): string | undefined {
  const arn = readText(readObject(readArray(models)?.[0])?.modelArn);
  return arn?.split("foundation-model/")[1];
}

function lowerCase(values: unknown): readonly unknown[] | undefined {
  return readArray(values)?.map((value) => readText(value)?.toLowerCase());
}

function kindOf(modalities: readonly unknown[] | undefined): NonNullable<DiscoveredModel["kind"]> {
  if (modalities === undefined || modalities.includes("TEXT")) return "chat";
  return modalities.includes("EMBEDDING") ? "embedding" : "other";
}
