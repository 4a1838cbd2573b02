/**
 * What a vendor's dialect of a protocol deviates in. Declared by the driver or set as a provider's option, read by
 * the protocol's encoder; never guessed from a host name.
 */
export type Quirks = Readonly<Record<string, string | boolean | number>>;
