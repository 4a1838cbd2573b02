import { AwsChain } from "./auth/aws-chain.ts";
import { type Driver, type DriverContext, defineDriver } from "./driver.ts";
import { awsEndpoint, endpointProblem } from "./shared/aws-endpoint.ts";
import { awsRoleForm, roleProblem } from "./shared/aws-role.ts";
import { awsCredentialForm, awsSignIn, signInOption, signInProblem } from "./shared/aws-sign-in.ts";
import { joinUrl } from "./shared/base-url.ts";
import { type AwsControl, discoverAws, foundationModels } from "./shared/discover-aws.ts";
import { longContext } from "./shared/long-context.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import { probeByList } from "./shared/model-list.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "bedrock";
const protocols = ["bedrock-converse", "bedrock-invoke"] as const;
const defaultBaseUrl = "https://bedrock-runtime.us-east-1.amazonaws.com";

/** Path and suffix of streams, by protocol. */
const operations = {
  "bedrock-converse": ["converse", "converse-stream"],
  "bedrock-invoke": ["invoke", "invoke-with-response-stream"],
} as const;

function signIn(context: DriverContext, { region, chain }: { region: string; chain: AwsChain | undefined }) {
  return awsSignIn(context, { scope: { service: "bedrock", region }, chain });
}

function controlOf(context: DriverContext, chain: AwsChain | undefined): AwsControl {
  const { region, controlUrl } = awsEndpoint(context, defaultBaseUrl);
  return { driver: id, controlUrl, ...signIn(context, { region, chain }) };
}

/** Claude-native bodies where a client speaks them, since they carry everything; else what the option says. */
const prefer: NonNullable<Driver["prefer"]> = ({ surface, traits, options }) => {
  if (traits.nativeBody !== "messages" || options.protocol === "converse") return "bedrock-converse";
  return options.protocol === "invoke" || surface === "anthropic-messages"
    ? "bedrock-invoke"
    : "bedrock-converse";
};

const create = (chain: AwsChain | undefined): Driver => ({
  id,
  label: "Amazon Bedrock",
  description:
    "Claude, Nova and the other models of Bedrock, with an AWS access key, a Bedrock API key, or the server's own role.",
  protocols,
  credentialForm: awsCredentialForm,
  optionForm: [
    signInOption,
    ...awsRoleForm,
    { name: "region", label: "Region", type: "text", required: false, default: "us-east-1" },
    {
      name: "protocol",
      label: "API",
      type: "select",
      required: false,
      default: "auto",
      values: ["auto", "converse", "invoke"],
      help: "auto: InvokeModel for Claude when the client speaks the Messages API, else Converse.",
    },
  ],
  defaultBaseUrl,
  defaultTraits: {},
  prefer,
  variant(name) {
    const variant = longContext(name);
    return variant && { ...variant, fits: ({ nativeBody }) => nativeBody === "messages" };
  },
  misconfigured: (context) =>
    findMisconfiguration(context, awsCredentialForm) ??
    signInProblem(context, chain) ??
    roleProblem(context) ??
    endpointProblem(context, defaultBaseUrl),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const { region, runtimeUrl } = awsEndpoint(context, defaultBaseUrl);
    const { headers, authorize } = signIn(context, { region, chain });
    const [whole, streamed] = operations[protocol === "bedrock-invoke" ? protocol : "bedrock-converse"];
    return {
      protocol,
      quirks: {},
      // Vectors come by InvokeModel, whichever model makes them.
      url: ({ operation, model, stream }) => {
        if (operation === "count_tokens") return countUrl(runtimeUrl, { model, protocol });
        return operation === "generate" || (operation === "embed" && protocol === "bedrock-invoke")
          ? joinUrl(runtimeUrl, `/model/${pathSegment(model)}/${stream ? streamed : whole}`)
          : undefined;
      },
      headers,
      forwardedHeaders: [],
      ...(authorize !== undefined && { authorize }),
    };
  },
  probe: (context, fetch, signal) =>
    probeByList(foundationModels(controlOf(context, chain)), { fetch, signal }),
  discover: (context, fetch, signal) => discoverAws(controlOf(context, chain), { fetch, signal }),
});

export default defineDriver({
  ...create(undefined),
  // One chain for all providers of a server: they ask for the same credentials.
  granted: (grants) => create(grants.has("aws_default_chain") ? new AwsChain() : undefined),
});

/**
 * CountTokens knows Claude only, and no profile that an account made for itself: those are estimated. A profile of the
 * platform is named as it is. Sources: Amazon Bedrock user guide, "Count tokens"; pydantic/pydantic-ai issue 4001.
 */
function countUrl(
  runtimeUrl: string,
  { model, protocol }: { readonly model: string; readonly protocol: string },
): string | undefined {
  if (protocol !== "bedrock-converse" || !/^([a-z-]+\.)?anthropic\./.test(model)) return undefined;
  return joinUrl(runtimeUrl, `/model/${pathSegment(model)}/count-tokens`);
}

/** Ids have colons and ARNs have slashes: one segment of the path all the same. */
function pathSegment(model: string): string {
  return encodeURIComponent(model).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
