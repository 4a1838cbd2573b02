export { encodeResponse } from "../anthropic-messages/encode-response.ts";
