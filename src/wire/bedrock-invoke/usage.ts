export { decodeUsage, encodeUsage } from "../anthropic-messages/usage.ts";
