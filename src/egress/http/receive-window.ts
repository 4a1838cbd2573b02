import { dlopen } from "bun:ffi";

/** `SOL_SOCKET` and `SO_RCVBUF`, which are not the same everywhere. */
const options: Partial<Record<NodeJS.Platform, readonly [level: number, name: number]>> = {
  linux: [1, 8],
  darwin: [0xffff, 0x1002],
};
const libraries = [
  "libc.so.6",
  `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
  "libSystem.B.dylib",
];

const value = new Int32Array(1);
type SetSocketOption = (fd: number, level: number, name: number, value: Int32Array, size: number) => number;
let known: { readonly call: SetSocketOption | undefined } | undefined;

/**
 * Sets how many bytes the kernel takes for a socket before its peer must wait; it doubles them for its own books. Where that cannot be
 * set nothing is, and only memory is lost.
 */
export function setReceiveWindow(socket: object, bytes: number): void {
  const option = options[process.platform];
  if (option === undefined || !("fd" in socket) || typeof socket.fd !== "number" || socket.fd < 0) return;
  known ??= { call: load() };
  value[0] = bytes;
  known.call?.(socket.fd, option[0], option[1], value, value.byteLength);
}

function load(): SetSocketOption | undefined {
  for (const library of libraries) {
    try {
      const { symbols } = dlopen(library, {
        setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
      });
      return symbols.setsockopt;
    } catch {
      // Another C library, or none that may be loaded.
    }
  }
  return undefined;
}
