import { createApi } from "../src/api/create-api.ts";
import { firstStart } from "../src/services/bootstrap/first-start.ts";
import type { AuditRecord } from "../src/storage/records/audit-record.ts";
import { type Answer, type Browser, openBrowser } from "./browser.ts";
import { startControlPlane } from "./control-plane.ts";
import { explainNothing } from "./explain-nothing.ts";
import { startDaytonaMock } from "./mocks/daytona-server.ts";
import { addMember, password } from "./people.ts";

/** An instance after its first start, with an admin key and somebody at a browser. */
export interface AuditedWorld {
  readonly setupToken: string;
  readonly browser: Browser;
  /** Calls a path below `/api/v1` with the admin key. */
  key(method: string, path: string, json?: unknown): Promise<Answer>;
  /** The same as whoever is signed in at the browser. */
  user(method: string, path: string, json?: unknown): Promise<Answer>;
  /** Makes a provider of this name with one model. */
  provider(name: string): Promise<{ readonly id: string; readonly modelId: string }>;
  /** Another browser, signed in as the owner; returns the id of its session. */
  otherSession(): Promise<string>;
  /** An invitation of an address; returns its id and the token of its link. */
  invitation(email: string): Promise<{ readonly id: string; readonly token: string }>;
  memberId(email: string): Promise<string>;
  /** The token of a link for a member's forgotten password. */
  passwordResetToken(email: string): Promise<string>;
  /** Looks at such a link that was made at the start. */
  previewPasswordReset(): Promise<Answer>;
  /** A connection that its service accepts. */
  connectionInput(name: string): object;
  newConnection(name: string): Promise<string>;
  connectionId(name: string): Promise<string>;
  /** A fresh organization of whoever is signed in; returns its id. */
  newOrg(name: string): Promise<string>;
  /** A fresh key; returns its id. */
  newKey(name: string): Promise<string>;
  /** Looks at an invitation that was made at the start. */
  previewInvitation(): Promise<Answer>;
  /** The acts that one call left. */
  actsOf(answer: Answer): Promise<readonly AuditRecord[]>;
  /** Acts in all chains. */
  count(): Promise<number>;
  /** Operations of the OpenAPI document that are no reads, e.g. `POST /keys`. */
  mutatingOperations(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export const owner = { email: "owner@example.com", name: "Olive", password };

/** What tests look for in lists. */
interface Page {
  readonly data: readonly { readonly id: string; readonly email: string; readonly current: boolean }[];
}

async function invite(
  call: AuditedWorld["key"],
  email: string,
): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await call("POST", "/invitations", { email, role: "member" });
  const { id, url } = body as unknown as { readonly id: string; readonly url: string };
  const link = new URL(url);
  return { id, token: link.searchParams.get("token") ?? link.hash.slice(1) };
}

function resetTokenOf({ body }: Answer): string {
  const { url } = body as unknown as { readonly url: string };
  return new URL(url).searchParams.get("token") ?? "";
}

export async function startAuditedWorld(): Promise<AuditedWorld> {
  const plane = await startControlPlane({ orgName: "other" });
  const url = "http://gateway.test";
  const { file } = await firstStart(plane.ctx, { dataDir: plane.dir, url });
  const app = createApi({
    services: plane.ctx,
    gatewayUrl: url,
    version: "1",
    explain: explainNothing,
    resolve: () => ({ model: "", rule: "none", targets: [], near: [] }),
  });
  const browser = openBrowser(app);
  const authorization = `Bearer ${file?.admin_key}`;
  const anonymous = openBrowser(app);
  const key: AuditedWorld["key"] = (method, path, json) =>
    anonymous.visit(method, `/api/v1${path}`, { json, headers: { authorization, "sec-fetch-site": "" } });
  const user: AuditedWorld["user"] = (method, path, json) =>
    browser.visit(method, `/api/v1${path}`, json === undefined ? {} : { json });
  const daytona = startDaytonaMock();
  const connectionInput = (name: string) => ({
    ...{ connector: "daytona", name, credentials: { api_key: daytona.apiKey } },
    options: { base_url: daytona.url },
  });
  const invitation = await invite(key, "early@example.com");
  const org = await plane.ctx.storage.reads.orgs.findByName("default");
  const forgetful = { orgId: org?.id ?? "", email: "forgetful@example.com", role: "viewer" } as const;
  const forgetfulId = await addMember(plane.ctx, forgetful);
  const resetToken = resetTokenOf(await key("POST", `/members/${forgetfulId}/password-reset`));
  async function allActs(): Promise<readonly AuditRecord[]> {
    const { reads } = plane.ctx.storage;
    const rows = await reads.auth.selectFrom("audit_events").select("org_id").distinct().execute();
    const chains = rows.map(({ org_id }) => reads.audit.chain({ orgId: org_id, after: 0, limit: 10_000 }));
    return (await Promise.all(chains)).flat();
  }
  async function memberId(email: string): Promise<string> {
    const { body } = await user("GET", "/members");
    return (body as unknown as Page).data.find((each) => each.email === email)?.id ?? "";
  }
  return {
    setupToken: new URL(file?.setup_url ?? "").searchParams.get("token") ?? "",
    browser,
    key,
    user,
    async provider(name) {
      const made = await key("POST", "/providers?discover=false", {
        name,
        driver: "fake",
        credentials: { api_key: "sk-good" },
      });
      const model = await key("POST", `/providers/${made.body.id}/models`, { model: `m-${name}` });
      return { id: made.body.id, modelId: model.body.id };
    },
    async otherSession() {
      const other = openBrowser(app);
      await other.visit("POST", "/api/v1/auth/sign-in", { json: { email: owner.email, password } });
      const { body } = await other.visit("GET", "/api/v1/auth/sessions");
      return (body as unknown as Page).data.find((each) => each.current)?.id ?? "";
    },
    invitation: (email) => invite(user, email),
    memberId,
    async passwordResetToken(email) {
      return resetTokenOf(await user("POST", `/members/${await memberId(email)}/password-reset`));
    },
    previewPasswordReset: () => user("POST", "/auth/password-reset/preview", { token: resetToken }),
    connectionInput,
    newConnection: async (name) => (await user("POST", "/connections", connectionInput(name))).body.id,
    async connectionId(name) {
      const { body } = await user("GET", "/connections");
      return body.data.find((each) => each.name === name)?.id ?? "";
    },
    newOrg: async (name) => (await user("POST", "/orgs", { name })).body.id,
    newKey: async (name) => (await key("POST", "/keys", { name })).body.id,
    previewInvitation: () => user("POST", "/invitations/preview", { token: invitation.token }),
    async actsOf(answer) {
      const requestId = answer.headers.get("x-penstock-request-id");
      return (await allActs()).filter((act) => act.requestId === requestId);
    },
    count: async () => (await allActs()).length,
    async mutatingOperations() {
      const { body } = await key("GET", "/openapi.json");
      return Object.entries(body.paths).flatMap(([path, methods]) =>
        Object.keys(methods as object)
          .filter((method) => ["post", "put", "patch", "delete"].includes(method))
          .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, "")}`),
      );
    },
    async stop() {
      await daytona[Symbol.asyncDispose]();
      await plane.stop();
    },
  };
}
