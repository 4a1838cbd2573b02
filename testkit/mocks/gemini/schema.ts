import { z } from "zod";

const integer = z.number().int();
const record = z.record(z.string(), z.unknown());
const blob = z.strictObject({
  mimeType: z.string().min(1),
  data: z.base64().min(1),
  displayName: z.string().optional(),
});
const fileData = z.strictObject({
  mimeType: z.string().optional(),
  fileUri: z.string().min(1),
  displayName: z.string().optional(),
});
/** Bytes: base64 in either alphabet, as the vendor's servers parse it. */
const bytes = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);

const part = z.strictObject({
  text: z.string().optional(),
  inlineData: blob.optional(),
  fileData: fileData.optional(),
  functionCall: z
    .strictObject({ id: z.string().optional(), name: z.string(), args: record.optional() })
    .optional(),
  functionResponse: z
    .strictObject({
      id: z.string().optional(),
      name: z.string(),
      response: record,
      parts: z
        .array(z.strictObject({ inlineData: blob.optional(), fileData: fileData.optional() }))
        .optional(),
      willContinue: z.boolean().optional(),
      scheduling: z.string().optional(),
    })
    .optional(),
  executableCode: z.strictObject({ language: z.string(), code: z.string() }).optional(),
  codeExecutionResult: z.strictObject({ outcome: z.string(), output: z.string().optional() }).optional(),
  thought: z.boolean().optional(),
  thoughtSignature: bytes.optional(),
  videoMetadata: record.optional(),
  mediaResolution: z.strictObject({ level: z.string() }).optional(),
});

const content = z.strictObject({
  role: z.enum(["user", "model", "function"]).optional(),
  parts: z.array(part).optional(),
});

const typeName = z.string().regex(/^(string|number|integer|boolean|array|object|null)$/i);

/** The OpenAPI subset of `parameters` and `responseSchema`. */
const openApiSchema: z.ZodType = z.lazy(() =>
  z.strictObject({
    type: typeName.optional(),
    format: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    nullable: z.boolean().optional(),
    enum: z.array(z.string().min(1)).optional(),
    items: openApiSchema.optional(),
    minItems: z.union([integer, z.string()]).optional(),
    maxItems: z.union([integer, z.string()]).optional(),
    properties: z.record(z.string(), openApiSchema).optional(),
    propertyOrdering: z.array(z.string()).optional(),
    required: z.array(z.string()).optional(),
    minProperties: z.union([integer, z.string()]).optional(),
    maxProperties: z.union([integer, z.string()]).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.union([integer, z.string()]).optional(),
    maxLength: z.union([integer, z.string()]).optional(),
    pattern: z.string().optional(),
    example: z.unknown().optional(),
    default: z.unknown().optional(),
    anyOf: z.array(openApiSchema).optional(),
  }),
);

const functionDeclaration = z.strictObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/),
  description: z.string().optional(),
  parameters: openApiSchema.optional(),
  parametersJsonSchema: z.unknown().optional(),
  response: openApiSchema.optional(),
  responseJsonSchema: z.unknown().optional(),
  behavior: z.string().optional(),
});

const tool = z.strictObject({
  functionDeclarations: z.array(functionDeclaration).optional(),
  googleSearch: record.optional(),
  codeExecution: record.optional(),
  urlContext: record.optional(),
});

const generationConfig = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().min(0).optional(),
  candidateCount: integer.min(1).max(8).optional(),
  maxOutputTokens: integer.min(1).optional(),
  stopSequences: z.array(z.string().min(1)).max(5).optional(),
  seed: integer
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  responseMimeType: z.enum(["text/plain", "application/json", "text/x.enum"]).optional(),
  responseSchema: openApiSchema.optional(),
  responseJsonSchema: z.unknown().optional(),
  responseModalities: z.array(z.string()).optional(),
  mediaResolution: z.string().optional(),
  speechConfig: record.optional(),
  imageConfig: record.optional(),
  thinkingConfig: z
    .strictObject({
      includeThoughts: z.boolean().optional(),
      thinkingBudget: integer.min(-1).optional(),
      thinkingLevel: z.string().optional(),
    })
    .optional(),
});

/** `POST /v1beta/models/{model}:generateContent`. Source: the Gemini API reference, "generateContent". */
export const generateRequest = z.strictObject({
  contents: z.array(content),
  systemInstruction: z.strictObject({ role: z.string().optional(), parts: z.array(part) }).optional(),
  tools: z.array(tool).optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: z.enum(["AUTO", "ANY", "NONE", "VALIDATED"]).optional(),
          allowedFunctionNames: z.array(z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  generationConfig: generationConfig.optional(),
  safetySettings: z.array(z.strictObject({ category: z.string(), threshold: z.string() })).optional(),
  cachedContent: z.string().optional(),
  serviceTier: z.enum(["flex", "standard", "priority"]).optional(),
});

/** `:countTokens`: contents, or a whole request that names its model again. */
export const countRequest = z.union([
  z.strictObject({ contents: z.array(content) }),
  z.strictObject({ generateContentRequest: generateRequest.extend({ model: z.string() }) }),
]);

export type GenerateRequest = z.infer<typeof generateRequest>;
export type Content = z.infer<typeof content>;
export type Part = z.infer<typeof part>;
export type FunctionDeclaration = z.infer<typeof functionDeclaration>;
