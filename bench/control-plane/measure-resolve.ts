import type { KeyPlane, Plane } from "../../src/engine/plane.ts";
import { resolve } from "../../src/engine/resolve.ts";
import { type Figure, figureOf } from "./figure.ts";

const rounds = 20;
const perRound = 50_000;

/** What it costs to find the model of a request, by its qualified name and by its bare id. */
export function measureResolve(plane: Plane, orgId: string, title: string): readonly Figure[] {
  const org = plane.orgs.get(orgId);
  if (org === undefined) throw new RangeError(`the plane has no ${orgId}`);
  const key = [...plane.keys.values()].find((each) => each.org === org && each.allowedModels === undefined);
  if (key === undefined) throw new RangeError("the plane has no key that may use every model");
  const ids = [...org.byWireId.keys()];
  const names = [...org.providers.values()].flatMap(({ config }) =>
    config.models.map(({ wireId }) => `${config.name}/${wireId}`),
  );
  return [
    figureOf(timeResolve(key, names), {
      name: `resolve provider/model, ${title}`,
      unit: "ns",
      limit: undefined,
    }),
    figureOf(timeResolve(key, ids), { name: `resolve model id, ${title}`, unit: "ns", limit: undefined }),
  ];
}

function timeResolve(key: KeyPlane, names: readonly string[]): number[] {
  // Ten names are asked for however many there are, so that the size of the tables is all that differs.
  const step = Math.max(1, Math.floor(names.length / 10));
  const asked = names.filter((_, index) => index % step === 0).slice(0, 10);
  const requests = asked.map((model) => ({ key, model, provider: undefined }));
  const values: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const started = performance.now();
    for (let index = 0; index < perRound; index++) {
      const request = requests[index % requests.length];
      if (request !== undefined) resolve(request);
    }
    if (round >= 0) values.push(((performance.now() - started) * 1e6) / perRound);
  }
  return values;
}
