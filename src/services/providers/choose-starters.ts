import type { DiscoveredModel } from "../../drivers/driver.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { guessKind } from "../models/guess-kind.ts";
import type { ServiceContext } from "../service-context.ts";

const most = 8;

/** The few models an org's first provider starts with: chat models, those the catalog knows first, in the vendor's order. */
export function chooseStarters(
  ctx: Pick<ServiceContext, "profileOf">,
  provider: Pick<ProviderRecord, "driver">,
  found: readonly DiscoveredModel[],
): readonly string[] {
  const chat = found
    .filter((model) => (model.kind ?? guessKind(model.id)) === "chat")
    .map((model) => model.id);
  const known = chat.filter((id) => ctx.profileOf(provider.driver, id) !== undefined);
  const unknown = chat.filter((id) => !known.includes(id));
  return [...known, ...unknown].slice(0, most);
}
