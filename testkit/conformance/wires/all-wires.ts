import { messagesWire } from "./anthropic-messages.ts";
import { converseWire } from "./bedrock-converse.ts";
import { invokeWire } from "./bedrock-invoke.ts";
import { geminiWire } from "./gemini.ts";
import { ollamaWire } from "./ollama.ts";
import { chatWire } from "./openai-chat.ts";
import { responsesWire } from "./openai-responses.ts";
import type { WireAdapter } from "./wire.ts";

/** The wires under test, in the order of the report. A new one is a file beside this one and a line here. */
export const allWires: readonly WireAdapter[] = [
  chatWire,
  responsesWire,
  messagesWire,
  geminiWire,
  converseWire,
  invokeWire,
  ollamaWire,
];
