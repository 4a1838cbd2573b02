/** Where a sealed value belongs. A sealed text moved to another place does not open. */
export interface Binding {
  /** Empty for values of the instance itself. */
  readonly orgId: string;
  /** A provider's id, or the name of an instance entry. */
  readonly entity: string;
  readonly field: string;
}

/** The binding as additional authenticated data; JSON keeps the parts apart whatever they contain. */
export function bindingBytes(purpose: string, binding: Binding): Buffer {
  return Buffer.from(JSON.stringify(["penstock", purpose, binding.orgId, binding.entity, binding.field]));
}
