import type { Connector } from "../../connectors/connector.ts";
import { connectors } from "../../connectors/connectors.ts";
import { notFound } from "../access.ts";

/** The connector with this id; throws `not_found`. */
export function requireConnector(id: string): Connector {
  const connector = connectors.get(id);
  if (connector === undefined) throw notFound(`connector ${id}`);
  return connector;
}
