export { decodeError, decodeStreamError, encodeError, encodeStreamError } from "../bedrock-converse/error.ts";
