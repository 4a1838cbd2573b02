import type { AwsRole } from "../auth/assume-role.ts";
import type { DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { wrongOption } from "./misconfigured.ts";
import { textOption } from "./options.ts";

/** A role that calls are made in, of this account or another. */
export const awsRoleForm: readonly FormField[] = [
  {
    name: "role_arn",
    label: "Role to assume",
    type: "text",
    required: false,
    placeholder: "arn:aws:iam::123456789012:role/penstock",
    help: "Assumed with the access key, or with the server's own credentials.",
  },
  {
    name: "external_id",
    label: "External id",
    type: "text",
    required: false,
    help: "If the role's trust asks for one.",
  },
  { name: "session_name", label: "Session name", type: "text", required: false, default: "penstock" },
];

/** Forms as the API reference of AWS STS has them. */
const forms = {
  role_arn: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
  external_id: /^[\w+=,.@:/-]{2,1224}$/,
  session_name: /^[\w+=,.@-]{2,64}$/,
} as const;

/** Which of the options is not of its form, or stands without the role; undefined when all is well. */
export function roleProblem(context: DriverContext): Misconfiguration | undefined {
  const set = (name: string) => textOption(context, name, "");
  if (set("role_arn") === "") {
    const alone = ["external_id", "session_name"].find(
      (name) => set(name) !== "" && set(name) !== "penstock",
    );
    return alone === undefined ? undefined : wrongOption(alone, "needs `role_arn`");
  }
  for (const [name, form] of Object.entries(forms)) {
    if (set(name) !== "" && !form.test(set(name)))
      return wrongOption(name, "is not of the form AWS has for it");
  }
  return context.credential.api_key === undefined
    ? undefined
    : wrongOption(
        "role_arn",
        "needs an access key or `sign_in: default_chain`: a role is not assumed with `api_key`",
      );
}

/** The role that is to be assumed; undefined: none. */
export function roleOf(context: DriverContext, region: string): AwsRole | undefined {
  const arn = textOption(context, "role_arn", "");
  if (arn === "") return undefined;
  const externalId = textOption(context, "external_id", "") || undefined;
  return { arn, externalId, sessionName: textOption(context, "session_name", "") || "penstock", region };
}
