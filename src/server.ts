import pino from "pino";
import { version } from "../package.json" with { type: "json" };
import type { Api } from "./api/create-api.ts";
import { profileOf } from "./catalog/profile-of.ts";
import { drivers as allDrivers } from "./drivers/_registry.gen.ts";
import { grantDrivers } from "./drivers/shared/grant-drivers.ts";
import { type EgressGuard, systemGuard } from "./egress/egress-guard.ts";
import { fetchMedia } from "./egress/fetch-media.ts";
import { guardedFetch } from "./egress/guarded-fetch.ts";
import { createGuardedTransport } from "./egress/guarded-transport.ts";
import { compileSnapshot } from "./engine/compile-snapshot.ts";
import { explainResolution } from "./engine/explain-resolution.ts";
import { MemoryTurnStore } from "./engine/memory-turn-store.ts";
import type { Plane } from "./engine/plane.ts";
import { Watchdog } from "./engine/watchdog.ts";
import { PenstockError } from "./errors/penstock-error.ts";
import { createGateway } from "./gateway/create-gateway.ts";
import { errorResponse } from "./gateway/error-response.ts";
import { formatId } from "./plane/public-id.ts";
import { banner } from "./server/banner.ts";
import { clientAddress } from "./server/client-address.ts";
import { type DrainSteps, drain } from "./server/drain.ts";
import { createObservers } from "./server/observers.ts";
import { readiness, storageAnswers } from "./server/readiness.ts";
import { isHealthPath } from "./server/role.ts";
import { readSettings, type Settings } from "./server/settings.ts";
import { firstStart } from "./services/bootstrap/first-start.ts";
import { applyConfigFile } from "./services/config/apply-config-file.ts";
import { startHousekeeping } from "./services/jobs/housekeeping.ts";
import { startLedgerRetention } from "./services/jobs/ledger-retention.ts";
import { startProviderJobs } from "./services/jobs/provider-jobs.ts";
import { TrafficWatch } from "./services/jobs/traffic-watch.ts";
import { type ControlPlane, openControlPlane } from "./services/open-control-plane.ts";
import type { SnapshotPublisher } from "./services/snapshot/publisher.ts";
import { anthropicMessages } from "./wire/anthropic-messages/protocol.ts";
import { bedrockConverse } from "./wire/bedrock-converse/protocol.ts";
import { bedrockInvoke } from "./wire/bedrock-invoke/protocol.ts";
import { gemini } from "./wire/gemini/protocol.ts";
import type { ProtocolId } from "./wire/neutral/protocol-id.ts";
import { ollama } from "./wire/ollama/protocol.ts";
import { openaiChat } from "./wire/openai-chat/protocol.ts";
import { openaiResponses } from "./wire/openai-responses/protocol.ts";
import type { Protocol } from "./wire/protocol.ts";

const protocols: ReadonlyMap<ProtocolId, Protocol> = new Map(
  [openaiChat, openaiResponses, anthropicMessages, gemini, bedrockConverse, bedrockInvoke, ollama].map(
    (p) => [p.id, p],
  ),
);

/** A running server. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** For whoever started it. */
  readonly greeting: string;
  /** Gateway calls whose last byte is not out yet. */
  inFlight(): number;
  /** Lets calls in flight finish, writes what was metered, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** What tests replace to stand in for hosts that no setting can name. */
export interface ServerParts {
  readonly guard?: EgressGuard | undefined;
}

/** Makes a server of its parts: the only place that knows them all. */
export async function startServer(settings: Settings, parts: ServerParts = {}): Promise<Server> {
  const logger = pino({ level: "info", base: null }, pino.destination({ dest: 2, sync: true }));
  // The port first: a second start on the same port must fail before it touches anything.
  let handle: Handle = () => new Response(null, { status: 503 });
  const http = listen(settings, (request, socket) => handle(request, socket));
  const url = settings.publicUrl ?? `http://localhost:${http.port}`;
  const guard = parts.guard ?? systemGuard(settings.egress);
  const drivers = grantDrivers(allDrivers, settings.grants);
  const tick = () => performance.now();
  let controlPlane: ControlPlane | undefined;
  try {
    controlPlane = await openControlPlane({
      dataDir: settings.dataDir,
      databaseUrl: settings.databaseUrl,
      databaseLimits: settings.databaseLimits,
      masterKey: settings.masterKey,
      kek: settings.kek,
      publicUrl: url,
      oidc: settings.oidc,
      drivers,
      driverFetch: (target, init) => guardedFetch(guard, target, init),
      profileOf,
      timing: { ...settings.timing, random: Math.random },
      log: ({ level, event, fields, cause }) => logger[level]({ ...fields, err: cause }, event),
    });
    const { ctx, ledger, contents } = controlPlane;
    const administers = settings.role !== "gateway";
    const first = administers ? await firstStart(ctx, { dataDir: settings.dataDir, url }) : undefined;
    if (settings.configFile !== undefined && administers)
      await applyConfigFile(ctx, { path: settings.configFile });

    let plane: Plane | undefined;
    const publisher = await controlPlane.startPublisher();
    const traffic = new TrafficWatch(ctx, ledger);
    const observers = createObservers(settings, traffic);
    const compileParts = { drivers, ...(ctx.tokenKeepers && { tokensOf: ctx.tokenKeepers }) };
    publisher.subscribe((snapshot) => {
      plane = compileSnapshot(snapshot, compileParts, plane);
      traffic.follow(snapshot);
      observers.follow(snapshot);
    });
    const jobs = administers ? startProviderJobs(ctx) : undefined;
    const housekeeping = administers ? startHousekeeping(ctx) : undefined;
    const retention =
      administers && settings.ledgerDays !== undefined
        ? startLedgerRetention(ctx, settings.ledgerDays)
        : undefined;
    const watchdog = new Watchdog();
    const gateway = createGateway({
      engine: {
        transport: createGuardedTransport(guard, tick),
        fetchMedia: (target, options) => fetchMedia(guard, target, options),
        protocols,
        usage: observers.usage,
        contents,
        watchdog,
        turns: new MemoryTurnStore(Date.now),
        timeouts: settings.timeouts,
        tick,
      },
      plane: () => plane,
      digestKey: (key) => ctx.vault.digestKey(key),
      newRequestId: () => formatId("req", Bun.randomUUIDv7("buffer")),
      now: Date.now,
      bodyLimit: settings.bodyLimit,
      keepaliveMs: settings.keepaliveMs,
      disconnects: settings.disconnects,
      readiness: () => readiness({ publisher, ledger, storage: ctx.storage }),
      onRefused: observers.onRefused,
      onInternalError: (err, requestId) => logger.error({ err, requestId }, "internal_error"),
    });
    const metrics = observers.endpoint({
      version,
      inFlight: gateway.inFlight,
      openStreams: gateway.openStreams,
      generations: gateway.generations,
      ledger: ledger.stats,
      snapshot: publisher.status,
      now: Date.now,
      storageUp: () => storageAnswers(ctx.storage),
      jobs: () => jobs?.running() ?? {},
    });
    const resolve = (query: { orgId: string; model: string }) => explainModel(plane, query);
    // Loaded when it is first asked for: the gateway neither waits for it nor keeps it in memory.
    let api: Promise<Api> | undefined;
    const loadApi = async () => {
      const { createApi } = await import("./api/create-api.ts");
      return createApi({ services: ctx, resolve, gatewayUrl: url, version });
    };
    handle = (request, socket) => {
      const mine = settings.role !== "control" || isHealthPath(request.url);
      const answer = mine ? gateway.handle(request) : undefined;
      if (answer !== undefined) return answer;
      const measured = metrics?.(request, socket);
      if (measured !== undefined) return measured;
      if (!administers) return notAdministered();
      api ??= loadApi();
      const forwardedFor = request.headers.get("x-forwarded-for");
      const address = clientAddress(socket(), { forwardedFor, trusted: settings.trustedProxies });
      return administer(request, { api, publisher, address });
    };

    const steps: DrainSteps = {
      // Also counts what is answered but not yet taken by its client, calls of the REST API, and what outlives its client.
      inFlight: () => http.pending() + gateway.generations().orphans,
      refuse() {
        gateway.drain();
        void http.stop(false);
      },
      async cut() {
        await http.stop(true);
        // What outlives its client goes on without its connection.
        await gateway.cutOrphans();
      },
      async close() {
        await Promise.all([jobs?.close(), housekeeping?.close(), retention?.close(), traffic.close()]);
        await observers.close();
        publisher.close();
        watchdog.close();
        await controlPlane?.close();
      },
    };
    let stopping: Promise<void> | undefined;
    return {
      url,
      port: http.port,
      greeting: banner({
        url,
        bootstrapPath: first?.path,
        created: first?.file,
        toTerminal: process.stdout.isTTY === true,
      }),
      inFlight: gateway.inFlight,
      stop() {
        stopping ??= drain(steps, settings.drainMs).then((calls) => logger.info({ calls }, "stopped"));
        return stopping;
      },
    };
  } catch (error) {
    await http.stop(true);
    await controlPlane?.close();
    throw error;
  }
}

/** `socket` tells the address at the other end; asked for by the control plane only. */
type Handle = (request: Request, socket: () => string | undefined) => Response | Promise<Response>;

/** In the dialect that most clients of a gateway read. */
function notAdministered(): Response {
  const what = "this process serves model calls only (PENSTOCK_ROLE=gateway)";
  const error = new PenstockError("not_found", { fields: { what } });
  return errorResponse(error, openaiChat, formatId("req", Bun.randomUUIDv7("buffer")));
}

/** What the API has acknowledged is in force here when the caller reads the acknowledgement. */
async function administer(
  request: Request,
  parts: { api: Promise<Api>; publisher: SnapshotPublisher; address: string | undefined },
): Promise<Response> {
  const response = await (await parts.api).fetch(request, parts.address);
  // A snapshot that cannot be built now is built later; `/readyz` says so meanwhile.
  if (request.method !== "GET" && response.ok) await parts.publisher.refresh().catch(() => {});
  return response;
}

/** @throws PenstockError `conflict` when the port is taken. */
function listen({ port, host }: Settings, handle: Handle) {
  try {
    const server = Bun.serve({
      port,
      ...(host !== undefined && { hostname: host }),
      // Streams may be silent for long; the engine's own watch ends them.
      idleTimeout: 0,
      // The gateway refuses by its own limit, in the client's dialect.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch: (request, http) => handle(request, () => http.requestIP(request)?.address),
    });
    return {
      port: server.port ?? port,
      stop: (now: boolean) => server.stop(now),
      pending: () => server.pendingRequests,
    };
  } catch (cause) {
    const reason =
      host === undefined
        ? `Port ${port} cannot be opened; set PENSTOCK_PORT to a free one.`
        : `Port ${port} of ${host} cannot be opened; set PENSTOCK_PORT to a free port and PENSTOCK_HOST to an address of this machine.`;
    throw new PenstockError("conflict", { fields: { reason }, cause });
  }
}

/** One Ctrl-C arrives several times: from the terminal's process group, and passed on by npm and the launcher. */
const sameSignalMs = 1_000;

/** `penstock serve`: runs until a signal says stop; another one, a second or more later, means now. */
export async function serve(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const server = await startServer(readSettings(env));
  await new Promise<void>((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (exitCode: number) => () => {
      const now = performance.now();
      if (askedAt === undefined) {
        askedAt = now;
        server.stop().then(resolve, () => process.exit(1));
      } else if (now - askedAt > sameSignalMs) process.exit(exitCode);
    };
    process.on("SIGINT", onSignal(130));
    process.on("SIGTERM", onSignal(143));
    // Only now: whoever reads it may send a signal at once.
    process.stdout.write(server.greeting);
  });
}

function explainModel(plane: Plane | undefined, { orgId, model }: { orgId: string; model: string }) {
  const org = plane?.orgs.get(orgId);
  if (org === undefined) throw new PenstockError("storage_unavailable");
  return explainResolution(org, model);
}
