/** What the operations are grouped by, in the order of the reference. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  providers: "Accounts at vendors of models, with their credentials and health",
  models: "Models as the organization's providers serve them, and which one a name would run",
  profiles: "What the catalog knows of models, whoever serves them",
  drivers: "The kinds of providers there are, and what each must be told",
  keys: "Virtual API keys: what clients and automation call with",
  settings: "What holds for the whole organization",
  config: "Configuration as code",
  requests: "The ledger: what each request used and cost",
  org: "The caller's organization",
  orgs: "Organizations: made, named and deleted",
  members: "People of the organization and their roles",
  invitations: "Places in the organization that are offered",
  connections: "Accounts on external services that people connect for themselves",
  auth: "Sign-in and one's own account",
  audit: "Who changed what and when",
  secrets: "The encryption of what is stored",
};
