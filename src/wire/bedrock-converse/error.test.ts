import { expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";

const decode = (status: number, type: string | undefined, body: unknown) =>
  decodeError(
    status,
    new Headers(type === undefined ? {} : { "x-amzn-errortype": type }),
    typeof body === "string" ? body : JSON.stringify(body),
  );

test.each<[number, string | undefined, unknown, string]>([
  [400, "ValidationException:http://x", { message: "Malformed input request" }, "invalid_request"],
  [400, "ValidationException", { message: "Input is too long for requested model." }, "context_exceeded"],
  [400, "ValidationException", { message: "prompt is too long: 5 tokens > 4 maximum" }, "context_exceeded"],
  [403, "AccessDeniedException", { message: "You don't have access to the model" }, "permission"],
  [
    403,
    "AccessDeniedException",
    { Message: "Authentication failed: make sure your API Key is valid." },
    "authentication",
  ],
  [403, "UnrecognizedClientException", {}, "authentication"],
  [403, "InvalidSignatureException", {}, "authentication"],
  [403, "ExpiredTokenException", {}, "authentication"],
  [404, "ResourceNotFoundException", { message: "end of its life" }, "not_found"],
  [408, "ModelTimeoutException", {}, "timeout"],
  [429, "ThrottlingException", { message: "Too many tokens, please wait" }, "rate_limited"],
  [429, "ThrottlingException", { message: "Too many tokens per day" }, "quota_exhausted"],
  [429, "ModelNotReadyException", {}, "overloaded"],
  [500, "InternalServerException", {}, "server_error"],
  [503, "ServiceUnavailableException", {}, "overloaded"],
  [400, undefined, { __type: "com.amazon.coral#ValidationException", message: "m" }, "invalid_request"],
  [502, undefined, "<html>canary</html>", "server_error"],
  [503, undefined, "", "overloaded"],
])("%i %s %j is %s", (status, type, body, kind) => {
  const error = decode(status, type, body);
  expect([error.kind, error.status]).toEqual([kind as typeof error.kind, status]);
  expect(error.message).not.toContain("canary");
});

test("an account without quota is not the caller's fault", () => {
  const error = decode(400, "ServiceQuotaExceededException", { message: "quota" });
  expect([error.kind, error.status]).toEqual(["quota_exhausted", 429]);
});

test.each([
  [429, "rate_limited", 429],
  [503, "overloaded", 503],
  [500, "server_error", 500],
  [undefined, "server_error", 502],
] as const)(
  "a failure of the model itself with status %j is no client's: %s",
  (originalStatusCode, kind, status) => {
    const error = decode(424, "ModelErrorException", { originalStatusCode });
    expect([error.kind, error.status]).toEqual([kind, status]);
  },
);

test("the name is told without its namespace, the message in part", () => {
  const error = decode(400, "ValidationException:http://internal", { message: "x".repeat(2000) });
  expect([error.code, error.message.length]).toEqual(["ValidationException", 1000]);
});

test("our errors read as the API's own, also inside a stream", () => {
  const error = new PenstockError("upstream_rate_limited", { fields: { provider: "p" } });
  const { status, body } = encodeError(error, "req_1");
  expect([status, JSON.parse(body)]).toEqual([
    429,
    {
      __type: "ThrottlingException",
      message: expect.stringContaining("limits the rate"),
      requestId: "req_1",
    },
  ]);
  const frames: SseFrame[] = [];
  new EventStreamFramer().push(new Uint8Array(Buffer.from(encodeStreamError(error), "latin1")), frames);
  expect(frames[0]?.event).toBe("exception:throttlingException");
});
