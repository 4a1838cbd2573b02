import { playgroundModel, playgroundProfile } from "../catalog/families/playground.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { type DiscoveredModel, defineDriver } from "./driver.ts";
import { countTokens } from "./playground/count-tokens.ts";
import { respond } from "./playground/respond.ts";

const profile = playgroundProfile(playgroundModel);

const models: readonly DiscoveredModel[] = [
  {
    id: playgroundModel,
    kind: "chat",
    ...(profile?.displayName !== undefined && { displayName: profile.displayName }),
    ...(profile?.contextTokens !== undefined && { contextTokens: profile.contextTokens }),
    ...(profile !== undefined && { traits: profile.traits }),
  },
];

export default defineDriver({
  id: "playground",
  label: "Playground",
  description: "A simulation that answers inside Penstock: no account, no key, no cost.",
  protocols: [],
  credentialForm: [],
  optionForm: [],
  defaultTraits: profile?.traits ?? {},
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
});
