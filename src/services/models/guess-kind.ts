import type { ModelKind } from "../../storage/records/model-record.ts";

const embedding = /embed|(^|[-_/])(bge|e5|gte|minilm)([-_.]|$)/i;
const other =
  /whisper|transcri|(^|[-_/])(tts|stt|asr)([-_.]|$)|speech|dall-?e|(^|[-_/])(image|sora|veo|flux)([-_.]|$)|imagen|-image|stable-diffusion|moderation|realtime|rerank|(^|[-_/])audio([-_.]|$)|-audio/i;

/** What a model does, by its id: the last resort where neither the vendor's list nor an admin says. */
export function guessKind(wireId: string): ModelKind {
  if (embedding.test(wireId)) return "embedding";
  return other.test(wireId) ? "other" : "chat";
}
