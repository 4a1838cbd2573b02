export { decodeStopReason, encodeStopReason } from "../anthropic-messages/stop-reason.ts";
