import { protocolIds } from "../../src/wire/neutral/protocol-id.ts";
import type { SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

/** The files of every `src/wire/<protocol>/`, so that two protocols can be read side by side. */
export const protocolFiles = [
  "schema.ts",
  "decode-request.ts",
  "encode-request.ts",
  "decode-response.ts",
  "encode-response.ts",
  "decode-stream.ts",
  "encode-stream.ts",
  "stop-reason.ts",
  "usage.ts",
  "error.ts",
  "protocol.ts",
] as const;

const shared = ["neutral", "sse", "ndjson", "aws-event-stream", "json", "schema", "embeddings"];

/** Every protocol has the same files, and `src/wire` holds nothing but protocols and what they share. */
export function checkProtocolFolders(tree: SourceTree): Violation[] {
  const inWire = tree.typescript.map((file) => file.path).filter((path) => path.startsWith("src/wire/"));
  const folders = new Set(
    inWire.map((path) => path.split("/")).flatMap((names) => (names.length > 3 ? [names[2] ?? ""] : [])),
  );
  return [...folders].flatMap((folder) => {
    if (shared.includes(folder)) return [];
    const path = `src/wire/${folder}`;
    if (!protocolIds.some((id) => id === folder)) {
      const fix = `name it after a protocol (${protocolIds.join(", ")}) or add the new one to src/wire/neutral/protocol-id.ts`;
      return [{ path, line: 1, problem: `"${folder}" is no protocol`, fix }];
    }
    return protocolFiles
      .filter((name) => !inWire.includes(`${path}/${name}`))
      .map((name) => ({
        path: `${path}/${name}`,
        line: 1,
        problem: "missing, though every protocol has it",
        fix: "add it; docs/add-a-protocol.md says what goes into it",
      }));
  });
}
