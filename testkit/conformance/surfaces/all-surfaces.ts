import { messagesSurface } from "./anthropic-messages.ts";
import { geminiSurface } from "./gemini.ts";
import { chatSurface } from "./openai-chat.ts";
import { responsesSurface } from "./openai-responses.ts";
import type { SurfaceAdapter } from "./surface.ts";

/** The surfaces under test, in the order of the report. A new one is a file beside this one and a line here. */
export const allSurfaces: readonly SurfaceAdapter[] = [
  chatSurface,
  responsesSurface,
  messagesSurface,
  geminiSurface,
];
