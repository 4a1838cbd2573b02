import type { ModelProfile } from "../../catalog/model-profile.ts";
import type { DiscoveredModel } from "../../drivers/driver.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { guessKind } from "../models/guess-kind.ts";
import type { ServiceContext } from "../service-context.ts";

const most = 8;
/** USD per million tokens of output; a model that costs more is nobody's choice for want of another. */
const dear = 40;
const date = /[-@](\d{4}-\d{2}-\d{2}|\d{8})$/;

/**
 * The few models an org's first account starts with, the one to be the default first: chat models the catalog knows, the
 * capable before the others. Where it knows none, all of a short list (a server of one's own), else one.
 */
export function chooseStarters(
  ctx: Pick<ServiceContext, "profileOf">,
  provider: Pick<ProviderRecord, "driver">,
  found: readonly DiscoveredModel[],
): readonly string[] {
  const chat = found.filter((model) => (model.kind ?? guessKind(model.id)) === "chat");
  const ids = new Set(chat.map((model) => model.id));
  const ranked = chat.flatMap((model) => {
    const profile = ctx.profileOf(provider.driver, model.facts?.baseModel ?? model.id);
    // A dated snapshot beside the name that follows it would be the same model twice.
    const isRepeated = date.test(model.id) && ids.has(model.id.replace(date, ""));
    return profile === undefined || isRepeated ? [] : [{ id: model.id, merits: meritsOf(model, profile) }];
  });
  if (ranked.length === 0) return chat.slice(0, chat.length <= most ? most : 1).map(({ id }) => id);
  return ranked
    .toSorted((one, other) => compare(other.merits, one.merits))
    .slice(0, most)
    .map(({ id }) => id);
}

/** What speaks for a model, the weightiest first; the vendor's own order decides between equals. */
function meritsOf(model: DiscoveredModel, profile: ModelProfile): readonly number[] {
  const traits = { ...profile.traits, ...model.traits };
  const parameters = model.facts?.parameters;
  const prices = model.facts?.prices ?? profile.prices;
  const price = Math.max(
    0,
    ...prices.map(({ output, serviceTier }) => (serviceTier === undefined ? output : 0)),
  );
  return [
    Number(parameters === undefined || parameters.includes("tools")),
    Number(price <= dear),
    Number(Object.keys(profile.traits).length > 0),
    Number(traits.reasoning !== undefined && traits.reasoning !== "none"),
    Number(traits.structuredOutput !== false) + Number(traits.forcedToolChoice !== false),
    model.contextTokens ?? profile.contextTokens ?? 0,
  ];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
