import { PenstockError } from "../../errors/penstock-error.ts";
import type { Origin } from "../../storage/records/origin.ts";
import type { ConfigDocument, Position } from "./document/config-document.ts";
import { positionOf } from "./document/config-problem.ts";
import type { OwnerConflict } from "./plan-config.ts";

/** Throws `origin_conflict` that names, for each thing, where the file declares it and who manages it already. */
export function refuseConflicts(
  conflicts: readonly OwnerConflict[],
  { document, origin }: { readonly document: ConfigDocument; readonly origin: Origin },
): void {
  const [first] = conflicts;
  if (!first) return;
  throw new PenstockError("origin_conflict", {
    fields: { what: describe(first), owner: describeOwner(first.owner), actor: origin },
    problems: conflicts.map((conflict) => {
      const { line, column } = locate(document, conflict);
      return {
        path: `${document.file}:${line}:${column}`,
        message: `${describe(conflict)} is managed by ${describeOwner(conflict.owner)} already, not by ${origin}`,
      };
    }),
  });
}

function describe({ kind, name }: OwnerConflict): string {
  return kind === "org" ? `the default model of the organization \`${name}\`` : `the ${kind} \`${name}\``;
}

function describeOwner(owner: string): string {
  return owner === "api" ? "the API (api)" : owner;
}

function locate(document: ConfigDocument, { kind, org, name }: OwnerConflict): Position {
  const holder = document.orgs.find((item) => item.name.toLowerCase() === org.toLowerCase());
  const named = (items: readonly { readonly name: string; readonly pointer: string }[], wanted: string) =>
    items.find((item) => item.name.toLowerCase() === wanted.toLowerCase())?.pointer;
  const pointer = {
    org: () => `${holder?.pointer}/default_model`,
    route: () => named(holder?.routes ?? [], name),
    key: () => named(holder?.keys ?? [], name),
    price: () => named(holder?.prices ?? [], name),
    limit: () => named(holder?.limits ?? [], name),
    provider: () => named(holder?.providers ?? [], name),
    model: () => named(holder?.providers ?? [], name.slice(0, name.indexOf("/"))),
  }[kind]();
  return positionOf(document, pointer ?? "");
}
