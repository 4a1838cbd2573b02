/** Writes to a stream whose reader may be gone (`penstock … | head`): that ends the command quietly. */
export function write(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(text);
}

export function print(line = ""): void {
  write(`${line}\n`);
}

/** For notes and errors, so that standard output stays the answer alone. */
export function note(line: string): void {
  write(`${line}\n`, process.stderr);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Must be called once, before anything is written. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}

/** Whether colours and moving text are welcome there. */
export function isRich(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** Styled where the stream shows styles, plain elsewhere. */
export function style(text: string, options: { as: keyof typeof codes; on?: NodeJS.WriteStream }): string {
  const [on, off] = codes[options.as];
  return isRich(options.on ?? process.stdout) ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** Text from elsewhere without what could steer the terminal; line breaks and tabs stay. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
