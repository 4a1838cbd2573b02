import type { JsonSchema } from "../../wire/neutral/request.ts";

/** Examples of the formats that JSON Schema names. */
const formats: Readonly<Record<string, string>> = {
  date: "2026-01-01",
  "date-time": "2026-01-01T00:00:00Z",
  duration: "P1D",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  time: "00:00:00Z",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** The format's example, or the name of the property made as long or short as the schema wants. */
export function stringOf(schema: JsonSchema, name: string): string {
  const format = schema.format;
  const example = typeof format === "string" && Object.hasOwn(formats, format) ? formats[format] : undefined;
  const text = example ?? name.replaceAll("_", " ");
  const least = typeof schema.minLength === "number" ? schema.minLength : 0;
  const most = typeof schema.maxLength === "number" ? schema.maxLength : text.length + least;
  return text.padEnd(Math.min(least, 10_000), ".").slice(0, most);
}
