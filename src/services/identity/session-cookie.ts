/** `__Host-` binds it to this host over TLS; browsers refuse the prefix without TLS, so plain http goes without. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Host-penstock.session" : "penstock.session";
}

/** Whether a `cookie` header holds a session, live or not: cheap, without loading the identity library. */
export function hasSessionCookie(cookie: string | undefined, publicUrl: string): boolean {
  return cookie?.split(";").some((part) => part.trim().startsWith(`${cookieName(publicUrl)}=`)) ?? false;
}
