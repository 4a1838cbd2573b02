import { playgroundEmbedding, playgroundModel, playgroundProfile } from "../catalog/families/playground.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { type DiscoveredModel, defineDriver } from "./driver.ts";
import { countTokens } from "./playground/count-tokens.ts";
import { embed } from "./playground/embed.ts";
import { respond } from "./playground/respond.ts";

const models = [describe(playgroundModel, "chat"), describe(playgroundEmbedding, "embedding")] as const;

function describe(id: string, kind: "chat" | "embedding"): DiscoveredModel {
  const profile = playgroundProfile(id);
  return {
    id,
    kind,
    ...(profile?.displayName !== undefined && { displayName: profile.displayName }),
    ...(profile?.contextTokens !== undefined && { contextTokens: profile.contextTokens }),
    ...(profile !== undefined && { traits: profile.traits }),
  };
}

export default defineDriver({
  id: "playground",
  label: "Playground",
  description: "A simulation that answers inside Penstock: no account, no key, no cost.",
  protocols: [],
  credentialForm: [],
  optionForm: [],
  defaultTraits: playgroundProfile(playgroundModel)?.traits ?? {},
  misconfigured: () => undefined,
  prepare(_context, protocol) {
    throw new PenstockError("operation_unsupported", {
      fields: { operation: `The protocol ${protocol}`, provider: "playground" },
    });
  },
  probe: () => Promise.resolve({ status: "valid", models: models.length }),
  discover: () => Promise.resolve(models),
  respond,
  countTokens,
  embed,
});
