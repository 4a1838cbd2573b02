/** Who is at the other end of a request, as far as sessions need it. */
export interface Client {
  /** The `cookie` header. */
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
  /** The IP address as far as the server can tell. */
  readonly address: string | undefined;
}

/** How the identity library learns the address; nothing of the client's own headers gets to it. */
export const addressHeader = "x-penstock-address";

export function toHeaders(client: Client): Headers {
  const headers = new Headers();
  if (client.cookie !== undefined) headers.set("cookie", client.cookie);
  if (client.userAgent !== undefined) headers.set("user-agent", client.userAgent.slice(0, 400));
  if (client.address !== undefined) headers.set(addressHeader, client.address);
  return headers;
}
