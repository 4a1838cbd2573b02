import { PenstockError } from "../../errors/penstock-error.ts";
import type { DiscoveredModel } from "../driver.ts";
import { readChatModels } from "./chat-models.ts";
import { type Asking, discoverByList, type ModelList, type ModelPage } from "./model-list.ts";
import { readArray, readObject, readText } from "./read-value.ts";

/**
 * The deployments of a resource, by what its own API still tells; else its base models, marked as such.
 *
 * A project of Foundry lists them at `{project}/deployments?api-version=v1`, to clients of Entra ID only. A resource did so
 * at `/openai/deployments` until the version 2023-03-15-preview; many still answer, none has to. What always works, Azure's
 * management API, needs a role on the subscription and is not asked. `models` of either lists base models: one can be called
 * under its own name only if a deployment has that name.
 */
export async function discoverDeployments(
  list: ModelList,
  { urls, asking }: { readonly urls: readonly string[]; readonly asking: Asking },
): Promise<readonly DiscoveredModel[]> {
  for (const url of urls) {
    const deployments = { ...list, baseUrl: url, pageUrl: () => url, readPage: readDeployments };
    try {
      return await discoverByList(deployments, asking);
    } catch (error) {
      // Whether the resource can be asked at all, the list that every resource has will say.
      if (!(error instanceof PenstockError)) throw error;
    }
  }
  const models = await discoverByList(list, asking);
  return models.map((model) => ({ ...model, displayName: `${model.displayName ?? model.id} (base model)` }));
}

/**
 * `{value: [{name, modelName}]}` of a project, `{data: [{id, model, status}]}` of a resource. Sources: the deployments of
 * azure-ai-projects; Azure OpenAI's reference of the version 2022-12-01.
 */
function readDeployments(body: unknown): ModelPage | undefined {
  const page = readObject(body);
  const entries = readArray(page?.value) ?? readArray(page?.data);
  if (entries === undefined) return undefined;
  return { models: entries.flatMap((entry) => readDeployment(readObject(entry)) ?? []), next: undefined };
}

function readDeployment(entry: Readonly<Record<string, unknown>> | undefined): DiscoveredModel | undefined {
  const id = readText(entry?.name) ?? readText(entry?.id);
  const baseModel = readText(entry?.modelName) ?? readText(entry?.model);
  if (id === undefined || (readText(entry?.status) ?? "succeeded") !== "succeeded") return undefined;
  if (baseModel === undefined) return { id };
  const kind = readChatModels([{ id: baseModel }])?.models[0]?.kind;
  return { id, facts: { baseModel }, ...(kind !== undefined && { kind }) };
}
