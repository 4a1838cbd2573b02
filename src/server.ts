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
import { AdmissionCounts } from "./engine/admit/admission-counts.ts";
import { createAdmission } from "./engine/admit/create-admission.ts";
import { StateOrigins } from "./engine/affinity/state-origins.ts";
import { compileSnapshot } from "./engine/compile-snapshot.ts";
import { createHeadroom } from "./engine/explain/limit-headroom.ts";
import { MemoryKeptAnswers } from "./engine/kept-answers/memory-kept-answers.ts";
import { MemoryTurnStore } from "./engine/memory-turn-store.ts";
import type { Plane } from "./engine/plane.ts";
import { TargetStates } from "./engine/targets/target-states.ts";
import { Watchdog } from "./engine/watchdog.ts";
import { PenstockError } from "./errors/penstock-error.ts";
import { createGateway } from "./gateway/create-gateway.ts";
import { errorResponse } from "./gateway/error-response.ts";
import type { LimitStore } from "./limits/limit-store.ts";
import { MemoryLimitStore } from "./limits/memory-limit-store.ts";
import { formatId } from "./plane/public-id.ts";
import { banner } from "./server/banner.ts";
import { clientAddress } from "./server/client-address.ts";
import { type DrainSteps, drain } from "./server/drain.ts";
import { createExplain } from "./server/explain.ts";
import { type Front, type Handle, listen } from "./server/listen.ts";
import { createObservers } from "./server/observers.ts";
import { readiness, storageAnswers } from "./server/readiness.ts";
import { isHealthPath } from "./server/role.ts";
import { readSettings, type Settings } from "./server/settings.ts";
import { openSharedLimits, tellLimits } from "./server/shared-limits.ts";
import { tellRefusal } from "./server/told-refusal.ts";
import type { Crew } from "./server/workers/crew.ts";
import { readSeat, type Seat } from "./server/workers/seat.ts";
import type { WorkerLink } from "./server/workers/worker-link.ts";
import { firstStart } from "./services/bootstrap/first-start.ts";
import { applyConfigFile } from "./services/config/apply-config-file.ts";
import { startHousekeeping } from "./services/jobs/housekeeping.ts";
import { startLedgerRetention } from "./services/jobs/ledger-retention.ts";
import { startProviderJobs } from "./services/jobs/provider-jobs.ts";
import { TrafficWatch } from "./services/jobs/traffic-watch.ts";
import { startWebhookJobs } from "./services/jobs/webhook-jobs.ts";
import type { LedgerStats } from "./services/ledger/writer.ts";
import { type BudgetSeeder, createBudgetSeeder } from "./services/limits/budget-seeder.ts";
import { type ControlPlane, openControlPlane } from "./services/open-control-plane.ts";
import type { ServiceLogEntry } from "./services/service-context.ts";
import type { SnapshotPublisher } from "./services/snapshot/publisher.ts";
import { BudgetWatch } from "./services/webhooks/budget-watch.ts";
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
  /** Of a worker: the way to the process that has started it, and does there what is done once only. */
  readonly link?: WorkerLink | undefined;
  /** Of a process that takes no calls itself but has workers for that. */
  readonly crew?: Crew | undefined;
}

/** Makes a server of its parts: the only place that knows them all. */
export async function startServer(settings: Settings, parts: ServerParts = {}): Promise<Server> {
  const { link, crew } = parts;
  const base = link === undefined ? null : { worker: link.seat.index };
  const logger = pino({ level: "info", base }, pino.destination({ dest: 2, sync: true }));
  // The port first: a second start on the same port must fail before it touches anything.
  let handle: Handle = () => new Response(null, { status: 503 });
  const onRequest: Handle = (request, socket) => handle(request, socket);
  const http: Front = await (crew?.open(settings, onRequest) ??
    link?.front(settings, onRequest) ??
    listen(settings, onRequest));
  const url = settings.publicUrl ?? `http://localhost:${http.port}`;
  const guard = parts.guard ?? systemGuard(settings.egress, settings.httpClient);
  const drivers = grantDrivers(allDrivers, settings.grants);
  const tick = () => performance.now();
  const log = ({ level, event, fields, cause }: ServiceLogEntry) =>
    logger[level]({ ...fields, err: cause }, event);
  let controlPlane: ControlPlane | undefined;
  try {
    controlPlane = await openControlPlane({
      dataDir: settings.dataDir,
      databaseUrl: settings.databaseUrl,
      databaseLimits: settings.databaseLimits,
      spoolBytes: settings.spoolBytes,
      masterKey: settings.masterKey,
      kek: settings.kek,
      publicUrl: url,
      oidc: settings.oidc,
      drivers,
      driverFetch: (target, init) => guardedFetch(guard, target, init),
      profileOf,
      timing: { ...settings.timing, random: Math.random },
      log,
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
    const targets = new TargetStates(settings.attempts);
    targets.onCircuitOpen = observers.onCircuitOpen;
    const compileParts = { drivers, ...(ctx.tokenKeepers && { tokensOf: ctx.tokenKeepers }) };
    publisher.subscribe((snapshot) => {
      plane = compileSnapshot(snapshot, compileParts, plane);
      targets.follow(snapshot);
      traffic.follow(snapshot);
      observers.follow(snapshot);
    });
    const jobs = administers ? startProviderJobs(ctx) : undefined;
    const housekeeping = administers ? startHousekeeping(ctx) : undefined;
    const webhooks = administers ? startWebhookJobs(ctx) : undefined;
    const retention = administers ? startLedgerRetention(ctx, settings.ledgerDays) : undefined;
    const budgets = new BudgetWatch(ctx);
    publisher.subscribe((snapshot) => budgets.follow(snapshot));
    let seeder: BudgetSeeder | undefined;
    const shared =
      settings.redis &&
      (await openSharedLimits(settings.redis, {
        ...{ watches: crew !== undefined || settings.role === "control", log, observer: budgets },
        onMemoryLost: () => void seeder?.refresh(),
      }));
    // Workers ask Redis themselves: the process they belong to would only pass it on.
    const limits: LimitStore = shared?.store ?? link?.limits ?? new MemoryLimitStore({ observer: budgets });
    seeder = createBudgetSeeder({ store: limits, spentSince: controlPlane.spentSince, log, now: Date.now });
    publisher.subscribe(seeder.follow);
    const admissions = new AdmissionCounts();
    const turns = link?.turns ?? new MemoryTurnStore(Date.now);
    const keptAnswers = link?.keptAnswers ?? new MemoryKeptAnswers();
    const watchdog = new Watchdog();
    const origins = new StateOrigins();
    const gateway = createGateway({
      engine: {
        transport: createGuardedTransport(guard, tick),
        fetchMedia: (target, options) => fetchMedia(guard, target, options),
        protocols,
        usage: link?.sink(observers.usage) ?? observers.usage,
        contents: link?.contents ?? contents,
        watchdog,
        admission: createAdmission({
          ...{ store: limits, now: Date.now, watchdog, seeded: seeder.seeded, observer: admissions },
        }),
        turns,
        keptAnswers,
        timeouts: settings.timeouts,
        attempts: settings.attempts,
        targets,
        origins,
        random: Math.random,
        tick,
      },
      plane: () => plane,
      digestKey: (key) => ctx.vault.digestKey(key),
      newRequestId: () => formatId("req", Bun.randomUUIDv7("buffer")),
      now: Date.now,
      bodyLimit: settings.bodyLimit,
      keepaliveMs: settings.keepaliveMs,
      disconnects: settings.disconnects,
      readiness: () =>
        readiness({
          publisher,
          ledger,
          storage: ctx.storage,
          limits: shared && tellLimits(shared.status()),
          workers: crew?.status(),
          primary: link?.primaryStatus(),
        }),
      onRefused: (refusal) => (link ?? observers).onRefused(tellRefusal(refusal)),
      onInternalError: (err, requestId) => logger.error({ err, requestId }, "internal_error"),
    });
    const facts = {
      version,
      inFlight: gateway.inFlight,
      openStreams: gateway.openStreams,
      generations: gateway.generations,
      ledger: ledger.stats,
      snapshot: publisher.status,
      now: Date.now,
      storageUp: () => storageAnswers(ctx.storage),
      jobs: () => jobs?.running() ?? {},
      admissions: admissions.read,
      ...(shared && { sharedLimits: shared.status }),
    };
    const metrics = observers.endpoint(facts, crew && ((own) => crew.metrics(own)));
    const counts = settings.role !== "control" || shared !== undefined;
    const explaining = createExplain(() => plane, {
      context: { protocols, targets, origins, random: Math.random, tick },
      headroom: counts ? createHeadroom({ store: limits, now: Date.now }) : undefined,
      servesCalls: settings.role !== "control" && crew === undefined,
      now: Date.now,
    });
    // Loaded when it is first asked for: the gateway neither waits for it nor keeps it in memory.
    let api: Promise<Api> | undefined;
    const loadApi = async () => {
      const { createApi } = await import("./api/create-api.ts");
      return createApi({
        services: { ...(crew?.heard(ctx) ?? ctx), limits },
        ...explaining,
        gatewayUrl: url,
        version,
      });
    };
    const takesCalls = settings.role !== "control" && crew === undefined;
    handle = (request, socket) => {
      const passed = link?.pass(request, socket);
      if (passed !== undefined) return passed;
      const mine = takesCalls || isHealthPath(request.url);
      const answer = mine ? gateway.handle(request) : undefined;
      if (answer !== undefined) return answer;
      if (link !== undefined) return link.forward(request, socket());
      const measured = metrics?.(request, socket);
      if (measured !== undefined) return measured;
      if (!administers) return notAdministered();
      api ??= loadApi();
      const forwardedFor = request.headers.get("x-forwarded-for");
      const address = clientAddress(socket(), { forwardedFor, trusted: settings.trustedProxies });
      return administer(request, { api, publisher, crew, address });
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
        // First: what the primary does not take is written here.
        await link?.close();
        await Promise.all([
          jobs?.close(),
          housekeeping?.close(),
          webhooks?.close(),
          retention?.close(),
          traffic.close(),
        ]);
        seeder?.close();
        await shared?.close();
        await budgets.close();
        await observers.close();
        publisher.close();
        watchdog.close();
        await controlPlane?.close();
      },
    };
    await crew?.start({
      ...{
        usage: observers.usage,
        contents,
        onRefused: observers.onRefused,
        limits,
        turns,
        keptAnswers,
        log,
      },
      keeps: () => keptByLedger(ledger.stats()),
      flush: () => ledger.flush(),
      refresh: () => publisher.refresh(),
    });
    if (crew !== undefined) publisher.subscribe(({ version }) => crew.announce(version));
    await link?.join({ publisher, storage: ctx.storage, facts, readyz: gateway.handle });
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
        stopping ??= (async () => {
          await crew?.stop();
          const calls = await drain(steps, settings.drainMs);
          logger.info({ calls }, "stopped");
        })();
        return stopping;
      },
    };
  } catch (error) {
    crew?.kill();
    await http.stop(true);
    await controlPlane?.close();
    throw error;
  }
}

/** In the dialect that most clients of a gateway read. */
function notAdministered(): Response {
  const what = "this process serves model calls only (PENSTOCK_ROLE=gateway)";
  const error = new PenstockError("not_found", { fields: { what } });
  return errorResponse(error, openaiChat, formatId("req", Bun.randomUUIDv7("buffer")));
}

/** What the API has acknowledged is in force here when the caller reads the acknowledgement. */
async function administer(
  request: Request,
  parts: {
    readonly api: Promise<Api>;
    readonly publisher: SnapshotPublisher;
    readonly crew: Crew | undefined;
    readonly address: string | undefined;
  },
): Promise<Response> {
  const response = await (await parts.api).fetch(request, parts.address);
  // A snapshot that cannot be built now is built later; `/readyz` says so meanwhile.
  if (request.method !== "GET" && response.ok) {
    await Promise.all([parts.publisher.refresh().catch(() => {}), parts.crew?.refresh()]);
  }
  return response;
}

/** One Ctrl-C arrives several times: from the terminal's process group, and passed on by npm and the launcher. */
const sameSignalMs = 1_000;

/** `penstock serve`: runs until a signal says stop; another one, a second or more later, means now. */
export async function serve(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const settings = readSettings(env);
  const seat = readSeat(env);
  if (seat !== undefined) return work(settings, seat);
  const crew = settings.workers > 1 ? new (await import("./server/workers/crew.ts")).Crew() : undefined;
  const server = await startServer(settings, { crew });
  await new Promise<void>((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (exitCode: number) => () => {
      const now = performance.now();
      if (askedAt === undefined) {
        askedAt = now;
        server.stop().then(resolve, () => process.exit(1));
      } else if (now - askedAt > sameSignalMs) {
        crew?.kill();
        process.exit(exitCode);
      }
    };
    process.on("SIGINT", onSignal(130));
    process.on("SIGTERM", onSignal(143));
    // Only now: whoever reads it may send a signal at once.
    process.stdout.write(server.greeting);
  });
}

/** One of several processes that serve calls: runs until the one that started it says stop, or is gone. */
async function work(settings: Settings, seat: Seat): Promise<void> {
  const { WorkerLink } = await import("./server/workers/worker-link.ts");
  const link = new WorkerLink(seat);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => link.end("drain"));
  try {
    const server = await startServer(link.settings(settings), { link });
    const reason = await link.ended;
    await server.stop();
    process.exit(reason === "drain" ? 0 : 1);
  } catch (error) {
    // Else the pipe would keep this process alive.
    await link.close();
    throw error;
  }
}

/** Whether the end of this process loses no record. */
function keptByLedger({ spool, unspooled }: LedgerStats): boolean {
  return spool !== "off" && unspooled === 0;
}
