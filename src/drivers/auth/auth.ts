/** What a provider's static authentication adds to every call. */
export interface Auth {
  /** Keys in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL to call instead of `url`; the same unless the credential travels in the query. */
  url(url: string): string;
}
