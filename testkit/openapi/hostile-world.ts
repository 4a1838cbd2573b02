import { createApi } from "../../src/api/create-api.ts";
import { createInvitation } from "../../src/services/invitations/create.ts";
import { createKey } from "../../src/services/keys/create.ts";
import { createModel } from "../../src/services/models/create.ts";
import { createOrg } from "../../src/services/orgs/create.ts";
import { createProvider } from "../../src/services/providers/create.ts";
import { createRoute } from "../../src/services/routes/create.ts";
import type { Engine } from "../../src/storage/storage.ts";
import { type Browser, openBrowser } from "../browser.ts";
import { startControlPlane } from "../control-plane.ts";
import { explainNothing } from "../explain-nothing.ts";
import { addMember, password } from "../people.ts";
import { type AnswerChecker, type CheckedAnswer, createAnswerChecker } from "./answer-checker.ts";
import type { Document, Operation } from "./json-schema.ts";
import type { GeneratedRequest } from "./requests-of.ts";

/** A server with something of everything in it, for requests that mean no good. */
export interface HostileWorld {
  readonly document: Document;
  readonly operations: readonly {
    readonly method: string;
    readonly path: string;
    readonly operation: Operation;
  }[];
  /** Ids of things that are there, the one that the path asks for the most. */
  idsFor(path: string): Promise<readonly string[]>;
  send(request: GeneratedRequest): Promise<CheckedAnswer>;
  readonly check: AnswerChecker;
  close(): Promise<void>;
}

export async function openHostileWorld(engine: Engine): Promise<HostileWorld> {
  const plane = await startControlPlane({ engine });
  const { orgId } = plane;
  const ctx = { ...plane.ctx, driverFetch: () => Promise.reject(new TypeError("no network in tests")) };
  const app = createApi({
    services: ctx,
    explain: explainNothing,
    resolve: ({ model }) => ({ model: model ?? "", rule: "none", targets: [], near: [] }),
    gatewayUrl: "http://gateway.test",
    version: "1",
  });
  const keyOf = async (scopes: readonly ("admin" | "read" | "operator")[]) =>
    (await createKey(ctx, { orgId, name: scopes.join(" "), scopes })).value.reveal();
  const keys = { admin: await keyOf(["admin", "operator"]), read: await keyOf(["read"]) };
  const other = await createOrg(ctx, { name: "other" });
  await addMember(ctx, { orgId, email: "owner@example.com", role: "owner" });
  let visitors = 0;
  /** From another address each time, so that nothing is throttled. */
  async function signIn(): Promise<Browser> {
    const browser = openBrowser(app, { address: `2001:db8:${(++visitors).toString(16)}::1` });
    await browser.visit("POST", "/api/v1/auth/sign-in", { json: { email: "owner@example.com", password } });
    return browser;
  }
  let owner = await signIn();
  let made = 0;
  let used = false;
  let ids: Record<string, string> | undefined;
  async function makeThings(): Promise<Record<string, string>> {
    const name = `p${++made}`;
    const provider = await createProvider(ctx, {
      ...{ orgId, name, driver: "fake", credentials: { api_key: "sk-good" }, discover: false },
    });
    const model = await createModel(ctx, { orgId, providerId: provider.id, wireId: `m${made}` });
    const targets = [{ model: model.id }];
    const route = await createRoute(ctx, { orgId, name: `r${made}`, strategy: "single", targets });
    const { key } = await createKey(ctx, { orgId, name: `k${made}` });
    const { invitation } = await createInvitation(ctx, {
      orgId,
      email: `i${made}@example.com`,
      role: "member",
    });
    return {
      providers: provider.id,
      names: provider.name,
      models: model.id,
      routes: route.id,
      keys: key.id,
      members: await addMember(ctx, { orgId, email: `u${made}@example.com`, role: "member" }),
      invitations: invitation.id,
      orgs: other.id,
      connectors: "github",
    };
  }
  const document = (await (await app.request("/api/v1/openapi.json")).json()) as Document;
  return {
    document,
    operations: Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    ),
    async idsFor(path) {
      if (used || ids === undefined) ids = await makeThings();
      used = false;
      const [, kind = ""] = /^\/api\/v1\/([a-z-]+)/.exec(path) ?? [];
      const all = Object.values(ids);
      const right = path.includes("by-name") ? ids.names : ids[kind];
      return right === undefined ? all : [...Array.from({ length: 12 }, () => right), ...all];
    },
    async send({ who, method, path, headers, body }) {
      const authorization: Record<string, string> =
        who === "admin" || who === "read" ? { authorization: `Bearer ${keys[who]}` } : {};
      const cookies = [...owner.cookies].map((pair) => pair.join("=")).join("; ");
      const session: Record<string, string> =
        who === "owner" ? { cookie: cookies, "sec-fetch-site": "same-origin" } : {};
      const response = await app.request(
        path,
        {
          method,
          headers: { ...authorization, ...session, ...headers },
          ...(body !== undefined && { body }),
        },
        `2001:db8:ffff:${(++visitors % 65_536).toString(16)}::1`,
      );
      const text = await response.text();
      // Whoever signs out, changes the password or leaves must come back for the requests after it.
      if (who === "owner" && leaves(response, { method, path })) owner = await signIn();
      used ||= method === "DELETE" && response.ok;
      return { status: response.status, contentType: response.headers.get("content-type"), text };
    },
    check: createAnswerChecker(document),
    close: () => plane.stop(),
  };
}

/** Whether the session that asked is over. */
function leaves(response: Response, { method, path }: Pick<GeneratedRequest, "method" | "path">): boolean {
  return response.ok && method !== "GET" && path.startsWith("/api/v1/auth/");
}
