import type { ContentRecord, ContentSink } from "../../plane/content-record.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import type { ServiceLogEntry } from "../service-context.ts";

export interface ContentWriter extends ContentSink {
  /** Writes what was added before the call. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Characters that may wait for storage; beyond that contents are dropped, which is said once. */
const capacity = 32 * 1024 * 1024;
const intervalMs = 500;
const batchSize = 20;

/** The queue between the data plane and the contents' table. Contents are a convenience: what storage cannot take is dropped. */
export function createContentWriter(options: {
  readonly store: ContentStore;
  readonly log: (entry: ServiceLogEntry) => void;
}): ContentWriter {
  const { store, log } = options;
  let queue: ContentRecord[] = [];
  let characters = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    const records = queue;
    queue = [];
    characters = 0;
    try {
      for (let start = 0; start < records.length; start += batchSize) {
        await store.insert(records.slice(start, start + batchSize));
      }
    } catch (cause) {
      log({ level: "error", event: "contents_dropped", fields: { requests: records.length }, cause });
    }
  }

  return {
    add(record) {
      const size = record.request.length + (record.response?.length ?? 0);
      if (characters + size > capacity) {
        log({ level: "warn", event: "contents_dropped", fields: { request: record.requestId } });
        return;
      }
      queue.push(record);
      characters += size;
      timer ??= setTimeout(flush, intervalMs);
    },
    flush,
    close: flush,
  };
}
