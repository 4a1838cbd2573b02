import type { KeyPlane, Target } from "../../engine/plane.ts";
import { mayUse } from "../../engine/resolve.ts";

/** A model as a list shows it. */
export interface VisibleModel {
  /** The name a call would use. */
  readonly id: string;
  readonly target: Target;
}

/** Each model id once, at the provider that would serve it; the others under their qualified names. */
export function visibleModels(key: KeyPlane, provider: string | undefined): VisibleModel[] {
  const models: VisibleModel[] = [];
  for (const [id, targets] of key.org.byWireId) {
    const usable = targets.filter(
      (target) =>
        mayUse(key, target) &&
        (provider === undefined || target.provider.config.name.toLowerCase() === provider.toLowerCase()),
    );
    usable.forEach((target, rank) => {
      models.push({ id: rank === 0 ? id : `${target.provider.config.name}/${id}`, target });
    });
  }
  return models.sort((a, b) => (a.id < b.id ? -1 : 1));
}
