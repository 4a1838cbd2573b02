import { requestBytes } from "../payload/request-bytes.ts";
import { ClientConnection } from "./client-connection.ts";
import type { LoadResultOf, ProbeSpec } from "./load-spec.ts";

/** Sends one request and hands back the whole answer, for a closer look than every request of a load gets. */
export async function runProbe(spec: ProbeSpec): Promise<LoadResultOf<"probe">> {
  const pieces: Buffer[] = [];
  let head = "";
  const connection = new ClientConnection(spec.port, {
    begin: (text) => {
      head = text;
    },
    body: (piece) => pieces.push(Buffer.from(piece)),
  });
  const times = await new Promise<{ readonly broken: string | undefined }>((resolve) =>
    connection.send(requestBytes(spec), resolve),
  );
  connection.close();
  const body = times.broken ?? Buffer.concat(pieces).toString();
  return { kind: "probe", status: times.broken === undefined ? Number(head.slice(9, 12)) : 0, head, body };
}
