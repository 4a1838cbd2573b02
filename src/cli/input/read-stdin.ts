/** All of standard input as text. */
export async function readStdin(): Promise<string> {
  return new Response(Bun.stdin.stream()).text();
}
