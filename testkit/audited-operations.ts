import { type AuditedWorld, owner } from "./audited-world.ts";
import type { Answer } from "./browser.ts";
import { password } from "./people.ts";

/** An operation of the contract and the act it leaves. They run in this order, on one instance. */
export interface AuditedOperation {
  readonly operation: string;
  readonly action: string;
  /**
   * Whose act it is. `newcomer`: a person whom the operation makes, so that the server acts, too; `file`: each change is
   * the file's act, and that it was applied the key's.
   */
  readonly by: "key" | "user" | "newcomer" | "file";
  readonly run: (world: AuditedWorld) => Promise<Answer>;
}

const signIn = (w: AuditedWorld) => w.user("POST", "/auth/sign-in", { email: owner.email, password });
const invited = "invited@example.com";

const people: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /setup", action: "user.create", by: "newcomer" },
    run: (w) => w.user("POST", "/setup", { token: w.setupToken, ...owner }),
  },
  {
    ...{ operation: "POST /auth/sign-out", action: "session.end", by: "user" },
    run: (w) => w.user("POST", "/auth/sign-out"),
  },
  { operation: "POST /auth/sign-in", action: "session.create", by: "user", run: signIn },
  {
    ...{ operation: "DELETE /auth/sessions/{id}", action: "session.revoke", by: "user" },
    run: async (w) => w.user("DELETE", `/auth/sessions/${await w.otherSession()}`),
  },
  {
    ...{ operation: "POST /auth/sessions/revoke-others", action: "session.revoke_others", by: "user" },
    async run(w) {
      await w.otherSession();
      return w.user("POST", "/auth/sessions/revoke-others");
    },
  },
  {
    ...{ operation: "POST /auth/password", action: "user.change_password", by: "user" },
    run: (w) => w.user("POST", "/auth/password", { current_password: password, new_password: password }),
  },
  {
    ...{ operation: "POST /invitations", action: "invitation.create", by: "user" },
    run: (w) => w.user("POST", "/invitations", { email: "a@example.com", role: "viewer" }),
  },
  {
    ...{ operation: "DELETE /invitations/{id}", action: "invitation.revoke", by: "user" },
    run: async (w) => w.user("DELETE", `/invitations/${(await w.invitation("b@example.com")).id}`),
  },
  {
    ...{ operation: "POST /invitations/accept", action: "member.create", by: "newcomer" },
    async run(w) {
      const { token } = await w.invitation(invited);
      await w.user("POST", "/auth/sign-out");
      const account = { name: "Ira", password };
      const answer = await w.user("POST", "/invitations/accept", { token, account });
      await w.user("POST", "/auth/sign-out");
      await signIn(w);
      return answer;
    },
  },
  {
    ...{ operation: "POST /members/{id}/password-reset", action: "password_reset.create", by: "user" },
    run: async (w) => w.user("POST", `/members/${await w.memberId(invited)}/password-reset`),
  },
  {
    ...{ operation: "POST /auth/password-reset", action: "user.reset_password", by: "user" },
    async run(w) {
      const token = await w.passwordResetToken(invited);
      return w.user("POST", "/auth/password-reset", { token, new_password: password });
    },
  },
  {
    ...{ operation: "PATCH /members/{id}", action: "member.update", by: "user" },
    run: async (w) => w.user("PATCH", `/members/${await w.memberId(invited)}`, { role: "viewer" }),
  },
  {
    ...{ operation: "DELETE /members/{id}", action: "member.delete", by: "user" },
    run: async (w) => w.user("DELETE", `/members/${await w.memberId(invited)}`),
  },
  {
    ...{ operation: "POST /orgs", action: "org.create", by: "user" },
    run: (w) => w.user("POST", "/orgs", { name: "second" }),
  },
  {
    ...{ operation: "PATCH /orgs/{id}", action: "org.update", by: "user" },
    run: async (w) => w.user("PATCH", `/orgs/${await w.newOrg("third")}`, { name: "renamed" }),
  },
  {
    ...{ operation: "DELETE /orgs/{id}", action: "org.delete", by: "user" },
    run: async (w) => w.user("DELETE", `/orgs/${await w.newOrg("fourth")}?force=true`),
  },
];

const account = { driver: "fake", credentials: { api_key: "sk-good" } };

const providers: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /providers", action: "provider.create", by: "key" },
    run: (w) => w.key("POST", "/providers", { name: "one", ...account }),
  },
  {
    ...{ operation: "PUT /providers/by-name/{name}", action: "provider.create", by: "key" },
    run: (w) => w.key("PUT", "/providers/by-name/two", account),
  },
  {
    ...{ operation: "PATCH /providers/{id}", action: "provider.update", by: "key" },
    run: async (w) => w.key("PATCH", `/providers/${(await w.provider("three")).id}`, { priority: 7 }),
  },
  {
    ...{ operation: "POST /providers/{id}/discover", action: "provider.discover", by: "key" },
    run: async (w) => w.key("POST", `/providers/${(await w.provider("four")).id}/discover`),
  },
  {
    ...{ operation: "POST /providers/{id}/probe", action: "provider.probe", by: "key" },
    run: async (w) => w.key("POST", `/providers/${(await w.provider("five")).id}/probe`),
  },
  {
    ...{ operation: "POST /providers/{id}/disable", action: "provider.disable", by: "key" },
    run: async (w) => w.key("POST", `/providers/${(await w.provider("six")).id}/disable`),
  },
  {
    ...{ operation: "POST /providers/{id}/enable", action: "provider.enable", by: "key" },
    async run(w) {
      const { id } = await w.provider("seven");
      await w.key("POST", `/providers/${id}/disable`);
      return w.key("POST", `/providers/${id}/enable`);
    },
  },
  {
    ...{ operation: "POST /providers/{id}/models/review", action: "provider.review", by: "key" },
    async run(w) {
      const { id } = await w.provider("eight");
      await w.key("POST", `/providers/${id}/discover`);
      // The first discovery's models are no news: one that went and came back is.
      const { body } = await w.key("GET", `/models?provider_id=${id}`);
      for (const model of body.data) await w.key("DELETE", `/models/${model.id}`);
      await w.key("POST", `/providers/${id}/discover`);
      return w.key("POST", `/providers/${id}/models/review`);
    },
  },
  {
    ...{ operation: "DELETE /providers/{id}", action: "provider.delete", by: "key" },
    run: async (w) => w.key("DELETE", `/providers/${(await w.provider("nine")).id}`),
  },
  {
    ...{ operation: "POST /providers/{id}/models", action: "model.create", by: "key" },
    run: async (w) => w.key("POST", `/providers/${(await w.provider("ten")).id}/models`, { model: "more" }),
  },
  {
    ...{ operation: "PATCH /models/{id}", action: "model.update", by: "key" },
    run: async (w) => w.key("PATCH", `/models/${(await w.provider("eleven")).modelId}`, { enabled: false }),
  },
  {
    ...{ operation: "PATCH /models", action: "model.update", by: "key" },
    async run(w) {
      const { modelId } = await w.provider("twelve");
      return w.key("PATCH", "/models", { models: [{ id: modelId, enabled: false }] });
    },
  },
  {
    ...{ operation: "POST /models/{id}/rebind", action: "key.rebind", by: "key" },
    async run(w) {
      const [from, to] = [await w.provider("from"), await w.provider("to")];
      await w.key("POST", "/keys", { name: "bound", allowed_models: ["from/m-from"] });
      return w.key("POST", `/models/${from.modelId}/rebind`, { to: to.modelId });
    },
  },
  {
    ...{ operation: "DELETE /models/{id}", action: "model.delete", by: "key" },
    run: async (w) => w.key("DELETE", `/models/${(await w.provider("thirteen")).modelId}`),
  },
];

/** Calls of a route of the name with one target; returns its path. */
async function newRoute(w: AuditedWorld, name: string): Promise<string> {
  const { modelId } = await w.provider(`of-${name}`);
  const { body } = await w.key("POST", "/routes", {
    name,
    strategy: "single",
    targets: [{ model: modelId }],
  });
  return `/routes/${body.id}`;
}

/** Limits an agent of the name; returns the limit's path. */
async function newLimit(w: AuditedWorld, agent: string): Promise<string> {
  const { body } = await w.key("POST", "/limits", { subject: { kind: "agent", agent }, concurrency: 3 });
  return `/limits/${body.id}`;
}

const limits: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /limits", action: "limit.create", by: "key" },
    run: (w) => w.key("POST", "/limits", { subject: { kind: "org" }, concurrency: 99 }),
  },
  {
    ...{ operation: "PUT /limits", action: "limit.create", by: "key" },
    run: (w) => w.key("PUT", "/limits", { subject: { kind: "agent", agent: "put" }, day_usd: 5 }),
  },
  {
    ...{ operation: "PATCH /limits/{id}", action: "limit.update", by: "key" },
    run: async (w) => w.key("PATCH", await newLimit(w, "changed"), { day_usd: 2.5 }),
  },
  {
    ...{ operation: "DELETE /limits/{id}", action: "limit.delete", by: "key" },
    run: async (w) => w.key("DELETE", await newLimit(w, "removed")),
  },
];

const routes: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /routes", action: "route.create", by: "key" },
    async run(w) {
      const { modelId: model } = await w.provider("routed");
      return w.key("POST", "/routes", { name: "made", strategy: "ordered", targets: [{ model }] });
    },
  },
  {
    ...{ operation: "PATCH /routes/{id}", action: "route.update", by: "key" },
    run: async (w) => w.key("PATCH", await newRoute(w, "changed-route"), { retries: 1 }),
  },
  {
    ...{ operation: "DELETE /routes/{id}", action: "route.delete", by: "key" },
    run: async (w) => w.key("DELETE", await newRoute(w, "removed-route")),
  },
];

const configured = `orgs:
  default:
    providers:
      - { name: filed, driver: fake, credentials: { api_key: { env: KEY } }, models: [m1] }
`;
const file = { file: "penstock.yaml", content: configured, values: { "env:KEY": "sk-good" } };

async function priceId(w: AuditedWorld): Promise<string> {
  const { body } = await w.key("GET", "/prices");
  return (body as { data: { id: string }[] }).data[0]?.id ?? "";
}

const rest: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /prices", action: "price.create", by: "key" },
    run: (w) => w.key("POST", "/prices", { model: "made-up", tiers: [{ input: 1, output: 2 }] }),
  },
  {
    ...{ operation: "PATCH /prices/{id}", action: "price.update", by: "key" },
    run: async (w) => w.key("PATCH", `/prices/${await priceId(w)}`, { tiers: [{ input: 2, output: 2 }] }),
  },
  {
    ...{ operation: "DELETE /prices/{id}", action: "price.delete", by: "key" },
    run: async (w) => w.key("DELETE", `/prices/${await priceId(w)}`),
  },
  {
    ...{ operation: "POST /usage/rebuild", action: "usage.rebuild", by: "key" },
    run: (w) => w.key("POST", "/usage/rebuild", {}),
  },
  {
    ...{ operation: "POST /keys", action: "key.create", by: "key" },
    run: (w) => w.key("POST", "/keys", { name: "made" }),
  },
  {
    ...{ operation: "PATCH /keys/{id}", action: "key.update", by: "key" },
    run: async (w) => w.key("PATCH", `/keys/${await w.newKey("changed")}`, { strict: true }),
  },
  {
    ...{ operation: "POST /keys/{id}/rotate", action: "key.rotate", by: "key" },
    run: async (w) => w.key("POST", `/keys/${await w.newKey("rotated")}/rotate`, {}),
  },
  {
    ...{ operation: "DELETE /keys/{id}", action: "key.revoke", by: "key" },
    run: async (w) => w.key("DELETE", `/keys/${await w.newKey("revoked")}`),
  },
  {
    ...{ operation: "PATCH /org", action: "org.set_default_model", by: "key" },
    run: (w) => w.key("PATCH", "/org", { default_model: "playground/playground-llm" }),
  },
  {
    ...{ operation: "PATCH /settings", action: "settings.update", by: "key" },
    run: (w) => w.key("PATCH", "/settings", { egress: { allowed_hosts: ["vendor.example"] } }),
  },
  {
    ...{ operation: "POST /secrets/rotate", action: "secrets.rotate", by: "user" },
    run: (w) => w.user("POST", "/secrets/rotate", { new_key: true }),
  },
  {
    ...{ operation: "POST /config/apply", action: "config.apply", by: "file" },
    run: (w) => w.key("POST", "/config/apply", file),
  },
];

const client = {
  client_id: "client",
  client_secret: "client-secret",
  options: {
    verify_url: "https://service.example/me",
    authorize_url: "https://service.example/authorize",
    token_url: "https://service.example/token",
  },
};

const connections: readonly AuditedOperation[] = [
  {
    ...{ operation: "PUT /connectors/{id}", action: "connector.configure", by: "key" },
    run: (w) => w.key("PUT", "/connectors/generic", client),
  },
  {
    ...{ operation: "DELETE /connectors/{id}", action: "connector.unconfigure", by: "key" },
    run: (w) => w.key("DELETE", "/connectors/generic"),
  },
  {
    ...{ operation: "POST /connections", action: "connection.create", by: "user" },
    run: (w) => w.user("POST", "/connections", w.connectionInput("kept")),
  },
  {
    ...{ operation: "PATCH /connections/{id}", action: "connection.update", by: "user" },
    run: async (w) => w.user("PATCH", `/connections/${await w.newConnection("changed")}`, { name: "other" }),
  },
  {
    ...{ operation: "DELETE /connections/{id}", action: "connection.remove", by: "user" },
    run: async (w) => w.user("DELETE", `/connections/${await w.newConnection("removed")}`),
  },
];

const newWebhook = async (w: AuditedWorld, name: string) =>
  (await w.key("POST", "/webhooks", { name, url: "https://vendor.example/hook" })).body.id;

const webhooks: readonly AuditedOperation[] = [
  {
    ...{ operation: "POST /webhooks", action: "webhook.create", by: "key" },
    run: (w) => w.key("POST", "/webhooks", { name: "made", url: "https://vendor.example/hook" }),
  },
  {
    ...{ operation: "PATCH /webhooks/{id}", action: "webhook.update", by: "key" },
    run: async (w) => w.key("PATCH", `/webhooks/${await newWebhook(w, "changed")}`, { enabled: false }),
  },
  {
    ...{ operation: "POST /webhooks/{id}/rotate-secret", action: "webhook.rotate_secret", by: "key" },
    run: async (w) => w.key("POST", `/webhooks/${await newWebhook(w, "rotated")}/rotate-secret`, {}),
  },
  {
    ...{ operation: "POST /webhooks/{id}/test", action: "webhook.test", by: "key" },
    run: async (w) => w.key("POST", `/webhooks/${await newWebhook(w, "tested")}/test`),
  },
  {
    ...{ operation: "DELETE /webhooks/{id}", action: "webhook.delete", by: "key" },
    run: async (w) => w.key("DELETE", `/webhooks/${await newWebhook(w, "removed")}`),
  },
];

export const auditedOperations: readonly AuditedOperation[] = [
  ...people,
  ...providers,
  ...routes,
  ...limits,
  ...rest,
  ...connections,
  ...webhooks,
];

export interface ExemptOperation {
  readonly operation: string;
  readonly because: string;
  /** Undefined: it needs a vendor that this instance does not have. */
  readonly run?: AuditedOperation["run"];
}

/** Operations that change nothing, each with its reason. */
export const exemptOperations: readonly ExemptOperation[] = [
  {
    ...{ operation: "POST /providers/check", because: "it tries a credential and stores nothing" },
    run: (w) => w.key("POST", "/providers/check", account),
  },
  {
    ...{
      operation: "POST /routes/explain",
      because: "it works out where a call would go, and sends nothing",
    },
    run: (w) => w.key("POST", "/routes/explain", { model: "playground/playground-llm" }),
  },
  {
    ...{ operation: "POST /config/plan", because: "it changes nothing" },
    run: (w) =>
      w.key("POST", "/config/plan", { ...file, file: "other.yaml", content: "orgs: {}\n", values: {} }),
  },
  {
    ...{ operation: "POST /invitations/preview", because: "it reads; the token stands in the body" },
    // Made before the acts are counted.
    run: (w) => w.previewInvitation(),
  },
  {
    ...{ operation: "POST /auth/password-reset/preview", because: "it reads; the token stands in the body" },
    run: (w) => w.previewPasswordReset(),
  },
  {
    ...{ operation: "POST /connections/{id}/verify", because: "it asks the service, and notes what it says" },
    run: async (w) => w.user("POST", `/connections/${await w.connectionId("kept")}/verify`),
  },
  {
    operation: "POST /connections/oauth/authorize",
    because: "it begins a sign-in, which is kept for minutes; its end is `connection.create`",
  },
  {
    operation: "POST /providers/oauth/authorize",
    because:
      "it begins a sign-in, which is kept for minutes; its end is `provider.create` or `provider.update`",
  },
];
