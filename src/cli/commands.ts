import type { CliCommand, CliGroup } from "./cli-command.ts";
import { applyCommand } from "./commands/apply.ts";
import { auditExportCommand } from "./commands/audit-export.ts";
import { auditListCommand } from "./commands/audit-list.ts";
import { auditVerifyCommand } from "./commands/audit-verify.ts";
import { chatCommand } from "./commands/chat.ts";
import { connectionsAddCommand } from "./commands/connections-add.ts";
import { connectionsListCommand } from "./commands/connections-list.ts";
import { connectionsRemoveCommand } from "./commands/connections-remove.ts";
import { connectionsServicesCommand } from "./commands/connections-services.ts";
import { connectionsSignInCommand } from "./commands/connections-sign-in.ts";
import { connectionsVerifyCommand } from "./commands/connections-verify.ts";
import { explainCommand } from "./commands/explain.ts";
import { keysCreateCommand } from "./commands/keys-create.ts";
import { keysGenerateCommand } from "./commands/keys-generate.ts";
import { keysListCommand } from "./commands/keys-list.ts";
import { keysRevokeCommand } from "./commands/keys-revoke.ts";
import { keysRotateCommand } from "./commands/keys-rotate.ts";
import { keysShowCommand } from "./commands/keys-show.ts";
import { keysUpdateCommand } from "./commands/keys-update.ts";
import { limitsListCommand } from "./commands/limits-list.ts";
import { limitsRemoveCommand } from "./commands/limits-remove.ts";
import { limitsSetCommand } from "./commands/limits-set.ts";
import { limitsShowCommand } from "./commands/limits-show.ts";
import { loginCommand } from "./commands/login.ts";
import { logoutCommand } from "./commands/logout.ts";
import { membersInviteCommand } from "./commands/members-invite.ts";
import { membersListCommand } from "./commands/members-list.ts";
import { membersRemoveCommand } from "./commands/members-remove.ts";
import { membersResetPasswordCommand } from "./commands/members-reset-password.ts";
import { membersRoleCommand } from "./commands/members-role.ts";
import { modelsImpactCommand } from "./commands/models-impact.ts";
import { modelsListCommand } from "./commands/models-list.ts";
import { modelsRebindCommand } from "./commands/models-rebind.ts";
import { modelsResolveCommand } from "./commands/models-resolve.ts";
import { modelsSiblingsCommand } from "./commands/models-siblings.ts";
import { modelsDisableCommand, modelsEnableCommand } from "./commands/models-switch.ts";
import { orgsCreateCommand } from "./commands/orgs-create.ts";
import { orgsListCommand } from "./commands/orgs-list.ts";
import { orgsRenameCommand } from "./commands/orgs-rename.ts";
import { pricesListCommand } from "./commands/prices-list.ts";
import { pricesRemoveCommand } from "./commands/prices-remove.ts";
import { pricesSetCommand } from "./commands/prices-set.ts";
import { pricesVersionsCommand } from "./commands/prices-versions.ts";
import { profilesListCommand } from "./commands/profiles-list.ts";
import { providersAddCommand } from "./commands/providers-add.ts";
import { providersDiscoverCommand } from "./commands/providers-discover.ts";
import { providersImpactCommand } from "./commands/providers-impact.ts";
import { providersListCommand } from "./commands/providers-list.ts";
import { providersProbeCommand } from "./commands/providers-probe.ts";
import { providersRemoveCommand } from "./commands/providers-remove.ts";
import { providersReviewCommand } from "./commands/providers-review.ts";
import { providersShowCommand } from "./commands/providers-show.ts";
import { providersDisableCommand, providersEnableCommand } from "./commands/providers-switch.ts";
import { providersUpdateCommand } from "./commands/providers-update.ts";
import { reconcileCommand } from "./commands/reconcile.ts";
import { requestsCommand } from "./commands/requests.ts";
import { routesCreateCommand } from "./commands/routes-create.ts";
import { routesListCommand } from "./commands/routes-list.ts";
import { routesRemoveCommand } from "./commands/routes-remove.ts";
import { routesShowCommand } from "./commands/routes-show.ts";
import { routesUpdateCommand } from "./commands/routes-update.ts";
import { secretsRotateCommand } from "./commands/secrets-rotate.ts";
import { secretsStatusCommand } from "./commands/secrets-status.ts";
import { serveCommand } from "./commands/serve.ts";
import { settingsShowCommand } from "./commands/settings-show.ts";
import { settingsUpdateCommand } from "./commands/settings-update.ts";
import { spendCommand } from "./commands/spend.ts";
import { usageCommand } from "./commands/usage.ts";
import { usageRebuildCommand } from "./commands/usage-rebuild.ts";
import { webhooksCreateCommand } from "./commands/webhooks-create.ts";
import { webhooksDeliveriesCommand } from "./commands/webhooks-deliveries.ts";
import { webhooksListCommand } from "./commands/webhooks-list.ts";
import { webhooksRemoveCommand } from "./commands/webhooks-remove.ts";
import { webhooksRotateSecretCommand } from "./commands/webhooks-rotate-secret.ts";
import { webhooksTestCommand } from "./commands/webhooks-test.ts";
import { webhooksUpdateCommand } from "./commands/webhooks-update.ts";

/** Every command, by the words that call it. */
export const commands: Readonly<Record<string, CliCommand | CliGroup>> = {
  serve: serveCommand,
  apply: applyCommand,
  providers: {
    summary: "Accounts at model vendors",
    commands: {
      add: providersAddCommand,
      list: providersListCommand,
      show: providersShowCommand,
      update: providersUpdateCommand,
      probe: providersProbeCommand,
      discover: providersDiscoverCommand,
      review: providersReviewCommand,
      impact: providersImpactCommand,
      enable: providersEnableCommand,
      disable: providersDisableCommand,
      remove: providersRemoveCommand,
    },
  },
  models: {
    summary: "Models that the providers serve",
    commands: {
      list: modelsListCommand,
      enable: modelsEnableCommand,
      disable: modelsDisableCommand,
      siblings: modelsSiblingsCommand,
      impact: modelsImpactCommand,
      rebind: modelsRebindCommand,
      resolve: modelsResolveCommand,
    },
    alone: modelsListCommand,
  },
  profiles: {
    summary: "Models of the catalog, whoever serves them",
    commands: { list: profilesListCommand },
    alone: profilesListCommand,
  },
  routes: {
    summary: "Named virtual models: how calls are shared out among models",
    commands: {
      list: routesListCommand,
      show: routesShowCommand,
      create: routesCreateCommand,
      update: routesUpdateCommand,
      remove: routesRemoveCommand,
    },
    alone: routesListCommand,
  },
  explain: explainCommand,
  keys: {
    summary: "Keys for clients and admins",
    commands: {
      create: keysCreateCommand,
      list: keysListCommand,
      show: keysShowCommand,
      update: keysUpdateCommand,
      rotate: keysRotateCommand,
      revoke: keysRevokeCommand,
      generate: keysGenerateCommand,
    },
  },
  limits: {
    summary: "What an organization, provider, key or agent may use",
    commands: {
      list: limitsListCommand,
      show: limitsShowCommand,
      set: limitsSetCommand,
      remove: limitsRemoveCommand,
    },
    alone: limitsListCommand,
  },
  settings: {
    summary: "What holds for all of the organization",
    commands: { show: settingsShowCommand, update: settingsUpdateCommand },
    alone: settingsShowCommand,
  },
  usage: {
    summary: "Requests, tokens and latency",
    commands: { list: usageCommand, "rebuild-rollups": usageRebuildCommand },
    alone: usageCommand,
  },
  reconcile: reconcileCommand,
  prices: {
    summary: "What models cost, where the catalog does not say it right",
    commands: {
      list: pricesListCommand,
      set: pricesSetCommand,
      versions: pricesVersionsCommand,
      remove: pricesRemoveCommand,
    },
    alone: pricesListCommand,
  },
  spend: spendCommand,
  requests: requestsCommand,
  secrets: {
    summary: "The encryption of what is stored",
    commands: { status: secretsStatusCommand, rotate: secretsRotateCommand },
  },
  audit: {
    summary: "Who did what, and the proof that nothing was altered",
    commands: { list: auditListCommand, export: auditExportCommand, verify: auditVerifyCommand },
    alone: auditListCommand,
  },
  members: {
    summary: "People of the organization, and who is invited",
    commands: {
      list: membersListCommand,
      invite: membersInviteCommand,
      role: membersRoleCommand,
      remove: membersRemoveCommand,
      "reset-password": membersResetPasswordCommand,
    },
  },
  connections: {
    summary: "Your own accounts on external services, for tools",
    commands: {
      list: connectionsListCommand,
      services: connectionsServicesCommand,
      add: connectionsAddCommand,
      "sign-in": connectionsSignInCommand,
      verify: connectionsVerifyCommand,
      remove: connectionsRemoveCommand,
    },
    alone: connectionsListCommand,
  },
  webhooks: {
    summary: "Where the organization's events are told",
    commands: {
      create: webhooksCreateCommand,
      list: webhooksListCommand,
      update: webhooksUpdateCommand,
      test: webhooksTestCommand,
      deliveries: webhooksDeliveriesCommand,
      "rotate-secret": webhooksRotateSecretCommand,
      remove: webhooksRemoveCommand,
    },
    alone: webhooksListCommand,
  },
  login: loginCommand,
  logout: logoutCommand,
  orgs: {
    summary: "Organizations",
    commands: { list: orgsListCommand, create: orgsCreateCommand, rename: orgsRenameCommand },
  },
  chat: chatCommand,
};
