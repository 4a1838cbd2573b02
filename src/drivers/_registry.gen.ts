// Written by scripts/gen-drivers.ts from this folder; do not edit.
import anthropic from "./anthropic.ts";
import azureOpenai from "./azure-openai.ts";
import bedrock from "./bedrock.ts";
import cloudflare from "./cloudflare.ts";
import custom from "./custom.ts";
import fireworks from "./fireworks.ts";
import gemini from "./gemini.ts";
import mai from "./mai.ts";
import meta from "./meta.ts";
import mistral from "./mistral.ts";
import ollama from "./ollama.ts";
import openai from "./openai.ts";
import openaiCompletions from "./openai-completions.ts";
import openrouter from "./openrouter.ts";
import playground from "./playground.ts";
import vercel from "./vercel.ts";
import type { Driver } from "./driver.ts";

/** Every driver by its id. */
export const drivers: ReadonlyMap<string, Driver> = new Map<string, Driver>([
  ["anthropic", anthropic],
  ["azure_openai", azureOpenai],
  ["bedrock", bedrock],
  ["cloudflare", cloudflare],
  ["custom", custom],
  ["fireworks", fireworks],
  ["gemini", gemini],
  ["mai", mai],
  ["meta", meta],
  ["mistral", mistral],
  ["ollama", ollama],
  ["openai", openai],
  ["openai_completions", openaiCompletions],
  ["openrouter", openrouter],
  ["playground", playground],
  ["vercel", vercel],
]);
