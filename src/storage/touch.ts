/** Called by every write of configuration with the org it belongs to, so that the transaction bumps its version. */
export type Touch = (orgId: string) => void;
