import { type LimitRule, limitRule } from "../limits/limit-rule.ts";
import type { LimitConfig } from "../plane/limit-config.ts";
import type { KeyConfig } from "../plane/snapshot.ts";
import type { OrgLimits } from "./plane.ts";

/** The org's limits by whom they hold for; undefined when there is none, and `previous` when nothing changed. */
export function compileLimits(
  orgId: string,
  configs: readonly LimitConfig[],
  previous: OrgLimits | undefined,
): OrgLimits | undefined {
  if (configs.length === 0) return undefined;
  if (previous !== undefined && isSame(previous.configs, configs)) return previous;
  let org: LimitRule | undefined;
  const keys = new Map<string, LimitRule>();
  const agents = new Map<string, LimitRule>();
  const agentRoles = new Map<string, Map<string, LimitRule>>();
  const providers = new Map<string, LimitRule>();
  for (const config of configs) {
    const { subject } = config;
    const rule = limitRule(orgId, config);
    switch (subject.kind) {
      case "org":
        org = rule;
        break;
      case "key":
        keys.set(subject.id, rule);
        break;
      case "provider":
        providers.set(subject.id, rule);
        break;
      case "agent":
        agents.set(subject.agent, rule);
        break;
      case "agent_role": {
        const roles = agentRoles.get(subject.agent) ?? new Map<string, LimitRule>();
        agentRoles.set(subject.agent, roles.set(subject.role, rule));
      }
    }
  }
  return { configs, org, keys, agents, agentRoles, providers: providers.size === 0 ? undefined : providers };
}

/** Every limit that holds for the calls of a key, the narrowest first; undefined: none. */
export function limitsOf(key: KeyConfig, limits: OrgLimits): readonly LimitRule[] | undefined {
  const { agent, agentRole } = key;
  const rules = [
    limits.keys.get(key.id),
    agent !== undefined && agentRole !== undefined ? limits.agentRoles.get(agent)?.get(agentRole) : undefined,
    agent === undefined ? undefined : limits.agents.get(agent),
    limits.org,
  ].filter((rule) => rule !== undefined);
  return rules.length === 0 ? undefined : rules;
}

function isSame(a: readonly LimitConfig[], b: readonly LimitConfig[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
