import { type DriverContext, defineDriver, type Misconfiguration } from "./driver.ts";
import { withDefaultVersion } from "./shared/base-url.ts";
import { chatDriver } from "./shared/chat-driver.ts";
import { authorsChatQuirks, chatQuirkForm, chatQuirks, quirkProblem } from "./shared/chat-quirks.ts";
import { keyPlacementForm, keyPlacementOf } from "./shared/key-placement-form.ts";
import { wrongCredential } from "./shared/misconfigured.ts";

const id = "openai_completions";
const defaultBaseUrl = "https://api.openai.com/v1";
const credentialForm = [{ name: "api_key", label: "API key", type: "secret", required: false }] as const;

const baseUrl = (context: DriverContext) => withDefaultVersion(context.baseUrl);

const chat = chatDriver({
  id,
  credentialForm,
  baseUrl,
  placement: keyPlacementOf,
  // Other servers get what every one of them understands.
  quirks: (context) => chatQuirks(context, baseUrl(context) === defaultBaseUrl ? authorsChatQuirks : {}),
});

/** Servers on one's own network may need no key; OpenAI itself always does. */
function missingKey(context: DriverContext): Misconfiguration | undefined {
  if (context.credential.api_key !== undefined || baseUrl(context) !== defaultBaseUrl) return undefined;
  return wrongCredential("api_key", "(API key) is missing");
}

export default defineDriver({
  ...chat,
  id,
  label: "OpenAI-compatible (Chat Completions)",
  description: "OpenAI's Chat Completions API and every endpoint compatible with it, by base URL.",
  credentialForm,
  optionForm: [...keyPlacementForm, ...chatQuirkForm],
  defaultBaseUrl,
  defaultTraits: {},
  misconfigured: (context) => chat.misconfigured(context) ?? missingKey(context) ?? quirkProblem(context),
});
