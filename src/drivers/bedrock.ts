import { apiKeyAuth, bearer } from "./auth/api-key.ts";
import { type SignCall, sigv4 } from "./auth/sigv4.ts";
import { type Driver, type DriverContext, defineDriver, type FormField } from "./driver.ts";
import { awsEndpoint, endpointProblem } from "./shared/aws-endpoint.ts";
import { joinUrl } from "./shared/base-url.ts";
import { type AwsControl, discoverAws, foundationModels } from "./shared/discover-aws.ts";
import { findMisconfiguration } from "./shared/misconfigured.ts";
import { probeByList } from "./shared/model-list.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

const id = "bedrock";
const protocols = ["bedrock-converse", "bedrock-invoke"] as const;
const defaultBaseUrl = "https://bedrock-runtime.us-east-1.amazonaws.com";

const credentialForm: readonly FormField[] = [
  { name: "access_key_id", label: "Access key id", type: "secret", required: false },
  { name: "secret_access_key", label: "Secret access key", type: "secret", required: false },
  {
    name: "session_token",
    label: "Session token",
    type: "secret",
    required: false,
    help: "Of temporary keys.",
  },
  {
    name: "api_key",
    label: "Bedrock API key",
    type: "secret",
    required: false,
    help: "Instead of an access key.",
  },
];

/** Path and suffix of streams, by protocol. */
const operations = {
  "bedrock-converse": ["converse", "converse-stream"],
  "bedrock-invoke": ["invoke", "invoke-with-response-stream"],
} as const;

function credentialProblem({ credential }: DriverContext): string | undefined {
  const {
    access_key_id: keyId,
    secret_access_key: secret,
    session_token: token,
    api_key: apiKey,
  } = credential;
  if (apiKey !== undefined) {
    const both = keyId !== undefined || secret !== undefined || token !== undefined;
    return both ? "both `api_key` and an access key are set: keep one of them" : undefined;
  }
  if (keyId !== undefined && secret !== undefined) return undefined;
  if (keyId === undefined && secret === undefined) {
    return "the credential needs `access_key_id` with `secret_access_key`, or `api_key`";
  }
  return `the credential field \`${keyId === undefined ? "access_key_id" : "secret_access_key"}\` is missing`;
}

interface Access {
  readonly headers: Readonly<Record<string, string>>;
  readonly sign: SignCall | undefined;
}

function accessOf({ credential }: DriverContext, region: string): Access {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token } = credential;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return { headers: apiKeyAuth(credential.api_key, bearer).headers, sign: undefined };
  }
  const key = { accessKeyId, secretAccessKey, sessionToken: session_token };
  return { headers: {}, sign: sigv4({ key, scope: { service: "bedrock", region } }) };
}

function controlOf(context: DriverContext): AwsControl {
  const { region, controlUrl } = awsEndpoint(context, defaultBaseUrl);
  const { headers, sign } = accessOf(context, region);
  return { driver: id, controlUrl, headers, authorize: sign };
}

/** Claude-native bodies where a client speaks them, since they carry everything; else what the option says. */
const prefer: NonNullable<Driver["prefer"]> = ({ surface, traits, options }) => {
  if (traits.nativeBody !== "messages" || options.protocol === "converse") return "bedrock-converse";
  return options.protocol === "invoke" || surface === "anthropic-messages"
    ? "bedrock-invoke"
    : "bedrock-converse";
};

export default defineDriver({
  id,
  label: "Amazon Bedrock",
  description: "Claude, Nova and the other models of Bedrock, with an AWS access key or a Bedrock API key.",
  protocols,
  credentialForm,
  optionForm: [
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
  misconfigured: (context) =>
    findMisconfiguration(context, credentialForm) ??
    credentialProblem(context) ??
    endpointProblem(context, defaultBaseUrl),
  prepare(context, protocol) {
    requireProtocol({ driver: id, protocols, protocol });
    const { region, runtimeUrl } = awsEndpoint(context, defaultBaseUrl);
    const { headers, sign } = accessOf(context, region);
    const [whole, streamed] = operations[protocol === "bedrock-invoke" ? protocol : "bedrock-converse"];
    return {
      protocol,
      quirks: {},
      // Vectors come by InvokeModel, whichever model makes them.
      url: ({ operation, model, stream }) =>
        operation === "generate" || (operation === "embed" && protocol === "bedrock-invoke")
          ? joinUrl(runtimeUrl, `/model/${pathSegment(model)}/${stream ? streamed : whole}`)
          : undefined,
      headers,
      forwardedHeaders: [],
      ...(sign !== undefined && { authorize: sign }),
    };
  },
  probe: (context, fetch, signal) => probeByList(foundationModels(controlOf(context)), { fetch, signal }),
  discover: (context, fetch, signal) => discoverAws(controlOf(context), { fetch, signal }),
});

/** Ids have colons and ARNs have slashes: one segment of the path all the same. */
function pathSegment(model: string): string {
  return encodeURIComponent(model).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
