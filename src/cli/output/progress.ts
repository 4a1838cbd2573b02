import { isRich, write } from "./terminal.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Shows that `work` is going on, on stderr and on a terminal only. */
export async function withProgress<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!isRich(process.stderr)) return work();
  let frame = 0;
  const draw = () => write(`\r\u001b[2K${frames[frame++ % frames.length]} ${text}`, process.stderr);
  draw();
  const timer = setInterval(draw, 80);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    write("\r\u001b[2K", process.stderr);
  }
}
