export { decodeResponse, readUsage } from "../anthropic-messages/decode-response.ts";
