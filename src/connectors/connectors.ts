import type { Connector } from "./connector.ts";
import { daytona } from "./daytona.ts";
import { generic } from "./generic.ts";
import { github } from "./github.ts";
import { slack } from "./slack.ts";

/** Every connector by its id, in the order lists show them. */
export const connectors: ReadonlyMap<string, Connector> = new Map(
  [github, slack, daytona, generic].map((connector) => [connector.id, connector]),
);
