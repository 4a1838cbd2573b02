import type { KeyPlane, Target } from "../../engine/plane.ts";
import { mayUse, mayUseRoute } from "../../engine/resolve.ts";

/** A model as a list shows it. */
export interface VisibleModel {
  /** The name a call would use. */
  readonly id: string;
  /** Of a route: the first it names that the key may use. */
  readonly target: Target;
}

/** Each route and each model id once, at the provider that would serve it; the others under their qualified names. */
export function visibleModels(key: KeyPlane, provider: string | undefined): VisibleModel[] {
  const inScope = ({ provider: of }: Target) =>
    provider === undefined || of.config.name.toLowerCase() === provider.toLowerCase();
  const models: VisibleModel[] = visibleRoutes(key, inScope);
  for (const [id, candidates] of key.org.byWireId) {
    const usable = candidates.filter(({ target }) => mayUse(key, target) && inScope(target));
    // A route of the same name is what the bare id means.
    const taken = key.org.routes.has(id.toLowerCase());
    usable.forEach(({ target }, rank) => {
      models.push({ id: rank === 0 && !taken ? id : `${target.provider.config.name}/${id}`, target });
    });
  }
  return models.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function visibleRoutes(key: KeyPlane, inScope: (target: Target) => boolean): VisibleModel[] {
  return [...key.org.routes.values()].flatMap((route): VisibleModel[] => {
    const whole = mayUseRoute(key, route);
    const first = route.candidates.find(({ target }) => inScope(target) && (whole || mayUse(key, target)));
    return first === undefined ? [] : [{ id: route.config.name, target: first.target }];
  });
}
