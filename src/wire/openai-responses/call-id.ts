/** The protocol's own limit of `call_id`, in characters. */
const maxLength = 64;

/** An id the vendor accepts: the same for a call and its result, whenever it is worked out. */
export function callId(id: string): string {
  if (id === "") return "call_0";
  if (id.length <= maxLength) return id;
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return `${id.slice(0, maxLength - 9)}_${(hash >>> 0).toString(16).padStart(8, "0")}`;
}
