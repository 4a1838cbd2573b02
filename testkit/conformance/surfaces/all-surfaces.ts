import { messagesSurface } from "./anthropic-messages.ts";
import { chatSurface } from "./openai-chat.ts";
import type { SurfaceAdapter } from "./surface.ts";

/** The surfaces under test, in the order of the report. A new one is a file beside this one and a line here. */
export const allSurfaces: readonly SurfaceAdapter[] = [chatSurface, messagesSurface];
