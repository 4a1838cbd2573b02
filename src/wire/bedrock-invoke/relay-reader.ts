import { MessagesRelayReader } from "../anthropic-messages/relay-reader.ts";
import { RelayMarks } from "../sse/relay-marks.ts";
import { chunkText } from "./chunk-text.ts";

/** In every payload of a chunk; what is inside cannot be seen without decoding it. */
export const relayMarks = new RelayMarks(['"bytes"']);

/** Meters a stream that is forwarded untouched, or a whole answer. */
export class InvokeRelayReader extends MessagesRelayReader {
  override read(data: string): void {
    super.read(chunkText(data) ?? data);
  }
}
