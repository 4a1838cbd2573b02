import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";
import { type AiWorld, startAiWorld, type Wire } from "./ai-world.ts";
import { pairs } from "./packages.ts";

// Pictures and documents as the SDK sends them: bytes and, where a vendor can fetch them, addresses.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const pdf = Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");

/** Vendors that have no place for documents: they are left out aloud, and refused to who wants nothing left out. */
const noDocuments: readonly Wire[] = ["ollama"];

describe.each(pairs.filter(({ wire }) => wire !== "in-process"))(
  "$title",
  ({ package: { model: by }, model, wire }) => {
    const options = () => ({ model: by(model, world.penstock), maxOutputTokens: 3000, maxRetries: 0 });
    const sent = () => world.vendor(wire).lastRequest().text;

    test("a picture arrives byte for byte", async () => {
      const { text } = await generateText({
        ...options(),
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "file", mediaType: "image/png", data: Buffer.from(png, "base64") },
            ],
          },
        ],
      });
      expect(text).toContain("What is this?");
      expect(sent()).toContain(png);
    });

    test("a document arrives byte for byte, or its loss is told", async () => {
      const ask = (headers: Record<string, string> = {}) =>
        generateText({
          ...options(),
          headers,
          messages: [
            {
              role: "user",
              content: [
                { type: "file", mediaType: "application/pdf", data: pdf, filename: "report.pdf" },
                { type: "text", text: "Summarise it." },
              ],
            },
          ],
        });
      const { text, finalStep } = await ask();
      expect(text).toContain("Summarise it.");
      if (!noDocuments.includes(wire)) {
        expect(sent()).toContain(pdf.toString("base64"));
        return;
      }
      expect(finalStep.response.headers?.["x-penstock-loss"]).toContain("action=dropped");
      const refused = await ask({ "x-penstock-strict": "true" }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ statusCode: 400, message: expect.stringContaining("Strict mode") });
    });

    test("a picture in the result of a tool arrives", async () => {
      const { steps } = await generateText({
        ...options(),
        prompt: "Call camera.",
        stopWhen: isStepCount(2),
        tools: {
          camera: tool({
            description: "Takes a picture",
            inputSchema: z.object({}),
            execute: () => "taken",
            toModelOutput: () => ({
              type: "content",
              value: [
                { type: "text", text: "Here it is." },
                { type: "file", mediaType: "image/png", data: { type: "data", data: png } },
              ],
            }),
          }),
        },
      });
      expect(steps).toHaveLength(2);
      expect(sent()).toContain("Here it is.");
      expect(sent()).toContain(png);
    });
  },
);
