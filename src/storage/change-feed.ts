/** Tells this process's listeners of new versions, each once and in order. */
export interface ChangeFeed {
  /** A version that is committed; older ones than the last are passed over. */
  announce(version: number): void;
  onChange(listener: (version: number) => void): () => void;
}

export function createChangeFeed(): ChangeFeed {
  const listeners = new Set<(version: number) => void>();
  let last = -1;
  return {
    announce(version) {
      if (version <= last) return;
      last = version;
      for (const listener of listeners) listener(version);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
