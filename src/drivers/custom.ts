import { type ProtocolId, protocolIds } from "../wire/neutral/protocol-id.ts";
import {
  customAuth,
  customAuthForm,
  customAuthProblem,
  customCredentialForm,
  customSignIn,
} from "./auth/custom-auth.ts";
import { type DriverContext, defineDriver, type ProviderOptions } from "./driver.ts";
import { chatQuirkForm, chatQuirks, quirkProblem } from "./shared/chat-quirks.ts";
import { longContext } from "./shared/long-context.ts";
import { findMisconfiguration, wrongOption } from "./shared/misconfigured.ts";
import { discoverByList, type ModelList, probeByList } from "./shared/model-list.ts";
import { protocolUrls } from "./shared/protocol-urls.ts";
import { toProbeResult, toUpstreamError } from "./shared/vendor-failure.ts";

const id = "custom";
const fallback: ProtocolId = "openai-chat";

function protocolOf({ protocol = fallback }: ProviderOptions): ProtocolId | undefined {
  return protocolIds.find((known) => known === protocol);
}

/** Headers that every server of the protocol wants. */
function headersOf(protocol: ProtocolId): Readonly<Record<string, string>> {
  return protocol === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : {};
}

function modelList(context: DriverContext): ModelList | undefined {
  const protocol = protocolOf(context.options) ?? fallback;
  const { list } = protocolUrls(protocol, context.baseUrl);
  if (list === undefined) return undefined;
  const { headers, url, authorize } = customAuth(context);
  const page = url(list.url);
  const signed = { ...headersOf(protocol), ...headers };
  return {
    driver: id,
    baseUrl: page,
    headers: signed,
    authorize,
    pageUrl: () => page,
    readPage: list.readPage,
    ...(list.isRefusal !== undefined && { isRefusal: list.isRefusal }),
  };
}

const noList = { kind: "no_such_call" } as const;

export default defineDriver({
  id,
  label: "Custom",
  description: "Any server of a known protocol, with any way to sign in.",
  protocols: protocolIds,
  credentialForm: customCredentialForm,
  optionForm: [
    {
      name: "protocol",
      label: "Protocol",
      type: "select",
      required: false,
      default: fallback,
      values: protocolIds,
    },
    ...customAuthForm,
    ...chatQuirkForm,
  ],
  defaultTraits: {},
  prefer: ({ options }) => protocolOf(options),
  variant: (name, options) => (protocolOf(options) === "anthropic-messages" ? longContext(name) : undefined),
  signIn: customSignIn,
  misconfigured: (context) =>
    findMisconfiguration(context, customCredentialForm) ??
    (protocolOf(context.options) === undefined
      ? wrongOption("protocol", `must be one of ${protocolIds.join(", ")}`)
      : undefined) ??
    customAuthProblem(context) ??
    quirkProblem(context),
  prepare(context, protocol) {
    const urls = protocolUrls(protocol, context.baseUrl);
    const isChosen = protocol === (protocolOf(context.options) ?? fallback);
    const { headers, url, authorize } = customAuth(context);
    return {
      protocol,
      quirks: protocol === "openai-chat" ? chatQuirks(context, {}) : {},
      url(call) {
        const target = isChosen ? urls.url(call) : undefined;
        return target === undefined ? undefined : url(target);
      },
      headers: { ...headersOf(protocol), ...headers },
      forwardedHeaders: protocol === "anthropic-messages" ? ["anthropic-beta"] : [],
      ...(authorize !== undefined && { authorize }),
    };
  },
  async probe(context, fetch, signal) {
    const list = modelList(context);
    return list === undefined ? toProbeResult(noList) : probeByList(list, { fetch, signal });
  },
  async discover(context, fetch, signal) {
    const list = modelList(context);
    if (list === undefined) throw toUpstreamError(noList, id);
    return discoverByList(list, { fetch, signal });
  },
});
