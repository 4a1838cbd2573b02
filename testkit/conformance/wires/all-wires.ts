import { messagesWire } from "./anthropic-messages.ts";
import { chatWire } from "./openai-chat.ts";
import type { WireAdapter } from "./wire.ts";

/** The wires under test, in the order of the report. A new one is a file beside this one and a line here. */
export const allWires: readonly WireAdapter[] = [chatWire, messagesWire];
