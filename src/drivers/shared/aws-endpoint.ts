import type { DriverContext, Misconfiguration } from "../driver.ts";
import { wrongOption } from "./misconfigured.ts";
import { textOption } from "./options.ts";

const defaultRegion = "us-east-1";
/** `bedrock-runtime.eu-west-1.amazonaws.com`, its FIPS, dual-stack, China and VPC forms: service, region, domain. */
const awsHost =
  /^(?:[\w-]+\.)?bedrock-runtime(-fips)?\.([a-z0-9-]+)\.(vpce\.)?(amazonaws\.com(?:\.cn)?|api\.aws)$/;
const regionName = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** Where an account's models are called and where they are listed. */
export interface AwsEndpoint {
  readonly region: string;
  readonly runtimeUrl: string;
  readonly controlUrl: string;
}

/**
 * The two hosts of a region. The default base URL follows the option `region`; one that names a region itself decides it;
 * any other one (a VPC endpoint, a proxy) serves both.
 */
export function awsEndpoint(context: DriverContext, defaultBaseUrl: string): AwsEndpoint {
  const asked = textOption(context, "region", "");
  const base = new URL(context.baseUrl);
  const [, fips = "", named, vpce, domain] = awsHost.exec(base.hostname) ?? [];
  const isDefault = base.origin === defaultBaseUrl;
  const region = isDefault ? asked || defaultRegion : (named ?? (asked || defaultRegion));
  if (named === undefined || vpce !== undefined) {
    return { region, runtimeUrl: context.baseUrl, controlUrl: context.baseUrl };
  }
  return {
    region,
    runtimeUrl: isDefault ? `https://bedrock-runtime.${region}.amazonaws.com` : context.baseUrl,
    controlUrl: `https://bedrock${fips}.${region}.${domain}`,
  };
}

/** Whether the URL leads to AWS itself, encrypted: the hosts of a region, or an endpoint in a VPC. */
export function isAwsHost(url: string): boolean {
  const { protocol, hostname, port } = new URL(url);
  return protocol === "https:" && port === "" && awsHost.test(hostname);
}

/** Why the endpoint cannot be used; undefined when it can. Also keeps a region from naming another host. */
export function endpointProblem(
  context: DriverContext,
  defaultBaseUrl: string,
): Misconfiguration | undefined {
  const asked = textOption(context, "region", "");
  if (asked !== "" && !regionName.test(asked))
    return wrongOption("region", "is not the name of an AWS region");
  const { hostname, origin } = new URL(context.baseUrl);
  const named = awsHost.exec(hostname)?.[2];
  if (origin === defaultBaseUrl || named === undefined || asked === "" || asked === named) return undefined;
  return wrongOption("region", `says ${asked}, but the base URL is in ${named}`);
}
