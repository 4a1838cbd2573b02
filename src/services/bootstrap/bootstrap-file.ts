import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivateFile } from "../../secrets/private-file.ts";

/** What `bootstrap.json` in the data folder holds. */
export interface BootstrapFile {
  readonly url: string;
  readonly setup_url: string;
  readonly gateway_key: string;
  readonly gateway_url: string;
  readonly admin_key: string;
}

/** The values a first start hands out, without the address they are used at. */
export interface BootstrapSecrets {
  readonly gatewayKey: string;
  readonly gatewayToken: string;
  readonly adminKey: string;
  readonly setupToken: string;
}

const schema = z.object({
  url: z.string(),
  setup_url: z.string(),
  gateway_key: z.string(),
  gateway_url: z.string(),
  admin_key: z.string(),
});

export function bootstrapPath(dataDir: string): string {
  return join(dataDir, "bootstrap.json");
}

/** `url`: the server's base URL without a trailing slash. */
export function toBootstrapFile(secrets: BootstrapSecrets, url: string): BootstrapFile {
  return {
    url,
    setup_url: `${url}/setup?token=${secrets.setupToken}`,
    gateway_key: secrets.gatewayKey,
    gateway_url: `${url}/u/${secrets.gatewayToken}`,
    admin_key: secrets.adminKey,
  };
}

export function writeBootstrapFile(path: string, file: BootstrapFile): void {
  writePrivateFile(path, { text: `${JSON.stringify(file, null, 2)}\n`, replace: true });
}

/** Undefined when there is none, or it is no longer ours to read: it is the operator's file, who may delete or edit it. */
export function readBootstrapFile(path: string): BootstrapFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** The same file for another base URL. */
export function moveBootstrapFile(file: BootstrapFile, url: string): BootstrapFile {
  const moved = (address: string) =>
    address.startsWith(file.url) ? url + address.slice(file.url.length) : address;
  return { ...file, url, setup_url: moved(file.setup_url), gateway_url: moved(file.gateway_url) };
}
