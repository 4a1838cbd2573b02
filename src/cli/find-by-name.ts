import type { ConnectionBody } from "../api/schemas/connection.ts";
import type { InvitationBody } from "../api/schemas/invitation.ts";
import type { KeyBody } from "../api/schemas/key.ts";
import type { MemberBody } from "../api/schemas/member.ts";
import type { ModelBody } from "../api/schemas/model.ts";
import type { ProviderBody } from "../api/schemas/provider.ts";
import type { RouteBody } from "../api/schemas/route.ts";
import type { WebhookBody } from "../api/schemas/webhook.ts";
import type { ApiClient } from "./api-client.ts";
import { CliError } from "./cli-error.ts";

/** The provider with this name (without case) or id. */
export async function findProvider(api: ApiClient, name: string): Promise<ProviderBody> {
  return pick(await api.list<ProviderBody>("/providers"), { what: "provider", name });
}

/** The model with this name (`provider/model`) or id. */
export async function findModel(models: readonly ModelBody[], name: string): Promise<ModelBody> {
  return pick(models, { what: "model", name });
}

/** The member with this email address or id. */
export async function findMember(api: ApiClient, email: string): Promise<MemberBody> {
  const members = await api.list<MemberBody>("/members");
  return pick(
    members.map((member) => ({ ...member, name: member.email })),
    { what: "member", name: email },
  );
}

/** The invitation of this email address or with this id, if one is open or has expired. */
export async function findOpenInvitation(api: ApiClient, email: string): Promise<InvitationBody | undefined> {
  const invitations = await api.list<InvitationBody>("/invitations");
  return invitations.find((each) => each.id === email || each.email === email.toLowerCase());
}

/** The route with this name (without case) or id. */
export async function findRoute(api: ApiClient, name: string): Promise<RouteBody> {
  return pick(await api.list<RouteBody>("/routes"), { what: "route", name });
}

/** The live key with this name or id. */
export async function findKey(api: ApiClient, name: string): Promise<KeyBody> {
  return pick(await api.list<KeyBody>("/keys"), { what: "key", name });
}

/** The person's own connection with this name (without case) or id. */
export async function findConnection(api: ApiClient, name: string): Promise<ConnectionBody> {
  return pick(await api.list<ConnectionBody>("/connections"), { what: "connection", name });
}

/** The webhook with this name (without case) or id. */
export async function findWebhook(api: ApiClient, name: string): Promise<WebhookBody> {
  return pick(await api.list<WebhookBody>("/webhooks"), { what: "webhook", name });
}

function pick<T extends { id: string; name: string }>(
  items: readonly T[],
  { what, name }: { what: string; name: string },
): T {
  const found =
    items.find((item) => item.id === name || item.name === name) ??
    items.find((item) => item.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const known = items.map((item) => item.name);
  const shown = known.length > 8 ? `${known.slice(0, 8).join(", ")}, …` : known.join(", ");
  throw new CliError(
    `there is no ${what} \`${name}\`; ${known.length > 0 ? `there are ${shown}` : "there is none"}`,
  );
}
