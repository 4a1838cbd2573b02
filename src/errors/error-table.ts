/**
 * Every error Penstock can answer with. `status` is the HTTP status, `next` tells the reader what to do.
 * Messages are templates: `{name}` is filled from the fields of the error, which must be safe to show.
 */
export const errorTable = {
  invalid_json: {
    status: 400,
    message: "The request body is not valid JSON: {reason}.",
    next: "Send one JSON object in UTF-8.",
  },
  invalid_request: {
    status: 400,
    message: "{reason}",
    next: "Correct the named field and send the request again.",
  },
  model_missing: {
    status: 400,
    message: "The request names no model and the organization has no default model.",
    next: "Set `model` to one of the ids that GET /v1/models lists.",
  },
  previous_response_not_found: {
    status: 400,
    message: "Previous response with id '{id}' not found.",
    next: "Send the whole conversation in `input`: earlier answers are kept for a limited time, and not with `store: false`.",
  },
  thread_unsupported: {
    status: 400,
    message: "Message threads are not supported by this model: nobody keeps its conversations.",
    next: "Send the whole conversation in `messages`, without `thread`; the official client does so by itself with `unsupportedRequestBehavior: 'continue_unthreaded'`.",
  },
  media_unavailable: {
    status: 400,
    message: "The URL in `{field}` cannot be used: {reason}.",
    next: "Send the bytes in base64, or a URL that everybody can read.",
  },
  loss_refused: {
    status: 400,
    message: "Strict mode: the request cannot be carried to {target} unchanged ({losses}).",
    next: "Remove the named fields, choose another model, or send the request without x-penstock-strict.",
  },
  key_missing: {
    status: 401,
    message: "No API key was sent.",
    next: "Send a Penstock key as `Authorization: Bearer psk_…`, or in `x-api-key`, `api-key` or `x-goog-api-key`.",
  },
  key_invalid: {
    status: 401,
    message: "The API key is not valid, or it was revoked or has expired.",
    next: "Check the key, or ask an admin of the organization for a new one.",
  },
  session_missing: {
    status: 401,
    message: "You are not signed in, or the session has ended.",
    next: "Sign in.",
  },
  sign_in_failed: {
    status: 401,
    message: "The email address or the password is wrong.",
    next: "Check both, or ask an owner of your organization for an invitation.",
  },
  oidc_failed: {
    status: 401,
    message: "The sign-in by {issuer} failed: {reason}.",
    next: "Begin the sign-in again; if it goes on, ask the operator.",
  },
  account_refused: {
    status: 403,
    message: "This account may not do that: {reason}.",
    next: "Use another account, or ask an owner of the organization for an invitation.",
  },
  link_invalid: {
    status: 403,
    message: "This link is not valid: it is mistyped, was used or revoked, or has expired.",
    next: "Ask for a new one.",
  },
  cross_site_refused: {
    status: 403,
    message: "A request with a session must come from a page of this server.",
    next: "Call from the same origin, or with a key instead of a session.",
  },
  key_scope: {
    status: 403,
    message: "This key may not do that: it lacks the scope `{scope}`.",
    next: "Use a key with that scope.",
  },
  role_missing: {
    status: 403,
    message: "This needs the role `{role}`.",
    next: "Ask an owner or admin of the organization, or the operator of the server.",
  },
  user_required: {
    status: 403,
    message:
      "This is for people who are signed in: a key has no connections and cannot sign in at a service.",
    next: "Sign in and call with the session.",
  },
  model_not_allowed: {
    status: 403,
    message: "This key may not use the model `{model}`.",
    next: "Use one of the models this key allows, or ask an admin to widen it.",
  },
  egress_refused: {
    status: 403,
    message:
      "This server may not connect to {target}: its address is not public, and PENSTOCK_EGRESS_ALLOW does not open it.",
    next: "Use a public address, or ask the operator to open that network.",
  },
  not_found: { status: 404, message: "Nothing here: {what}.", next: "Check the path and the id." },
  model_not_found: {
    status: 404,
    message: "The model `{model}` does not exist or is not enabled for this organization.{near}",
    next: "Use one of the ids that GET /v1/models lists.",
  },
  method_not_allowed: {
    status: 405,
    message: "{method} is not allowed on this path.",
    next: "Use {allowed}.",
  },
  not_acceptable: {
    status: 406,
    message: "The answer would be JSON, which the `accept` header does not allow.",
    next: "Send `accept: application/json`, or none.",
  },
  conflict: {
    status: 409,
    message: "{reason}",
    next: "Choose another value, or change what stands in the way.",
  },
  in_use: {
    status: 409,
    message: "This is in use: {places}.",
    next: "Look at its `impact`, then repeat with `rebind=` the id of the model that takes its place, or with `force=true`.",
  },
  idempotency_in_progress: {
    status: 409,
    message: "A request with this `idempotency-key` is still being carried out.",
    next: "Wait as long as `retry-after` says and send the same request again.",
  },
  origin_conflict: {
    status: 409,
    message: "{what} is managed by {owner} and cannot be changed by {actor}.",
    next: "Change it where it is managed, or remove it there first.",
  },
  precondition_failed: {
    status: 412,
    message: "{what} has changed since you read it, or is not what `{header}` says.",
    next: "Read it again, look at what changed, and repeat with the new `etag`.",
  },
  body_too_large: {
    status: 413,
    message: "The request body is larger than {limit} bytes after decompression.",
    next: "Send a smaller request.",
  },
  uri_too_long: {
    status: 414,
    message: "The URL is longer than {limit} characters.",
    next: "Send a shorter one.",
  },
  unsupported_media_type: {
    status: 415,
    message: "The body's content-type is not `application/json`.",
    next: "Send JSON, and say so by `content-type: application/json`.",
  },
  unsupported_encoding: {
    status: 415,
    message: "The content-encoding `{encoding}` is not supported.",
    next: "Send the body as it is, or as gzip, br, deflate or zstd.",
  },
  unprocessable: { status: 422, message: "{reason}", next: "Correct the listed problems and send it again." },
  idempotency_mismatch: {
    status: 422,
    message: "This `idempotency-key` was used for another request not long ago.",
    next: "Send another key for another request, or the same request for the same key.",
  },
  credential_rejected: {
    status: 422,
    message: "The vendor refused the credential of provider `{provider}`: {reason}.",
    next: "Check the credential with the vendor; nothing was saved.",
  },
  provider_unreachable: {
    status: 422,
    message: "The vendor of provider `{provider}` could not be reached: {reason}.",
    next: "Check the base URL and the network, or save it unvalidated.",
  },
  connection_blocked: {
    status: 422,
    message: "{service} was not asked: {reason}.",
    next: "Use a public address, or ask the operator to open that network; nothing was saved.",
  },
  connection_unreachable: {
    status: 422,
    message: "{service} could not be reached: {reason}.",
    next: "Check the URL, or try again later; nothing was saved.",
  },
  connection_refused: {
    status: 422,
    message: "{service} refused the credential.",
    next: "Check the credential at the service; nothing was saved.",
  },
  connection_failed: {
    status: 422,
    message: "{service} did not say whose credential it is: {reason}.",
    next: "Check the URL and the permissions of the credential; nothing was saved.",
  },
  connection_missing: {
    status: 424,
    message: "You have no connection to {service}.",
    next: "Connect it, then repeat what you asked for.",
  },
  connection_expired: {
    status: 424,
    message: "{service} no longer takes the credential of the connection `{connection}`.",
    next: "Connect it again, then repeat what you asked for.",
  },
  oauth_unavailable: {
    status: 409,
    message: "Nobody can sign in at {service} yet: {reason}.",
    next: "An admin of the organization must complete its configuration, or connect with a key.",
  },
  oauth_flow_invalid: {
    status: 400,
    message: "This sign-in was not begun by you, was finished already, or is older than ten minutes.",
    next: "Begin it again.",
  },
  oauth_denied: {
    status: 403,
    message: "The sign-in at {service} was refused or given up.",
    next: "Begin it again and grant what is asked for.",
  },
  oauth_failed: {
    status: 502,
    message: "The sign-in at {service} failed: {reason}.",
    next: "Begin it again; if it goes on, an admin must check the OAuth client.",
  },
  operation_unsupported: {
    status: 400,
    message: "{operation} is not supported by the provider `{provider}`.",
    next: "Choose a model whose provider supports it.",
  },
  provider_misconfigured: {
    status: 424,
    message: "The provider `{provider}` cannot be used: {reason}.",
    next: "An admin of the organization must complete its configuration.",
  },
  host_not_allowed: {
    status: 424,
    message: "The host `{host}` is not among those the organization allows.",
    next: "An admin of the organization must add it to `allowed_hosts` of its settings, or use another.",
  },
  route_empty: {
    status: 424,
    message: "The route `{route}` has no target left: the models it names are disabled or gone.",
    next: "An admin of the organization must enable one of them or give the route another.",
  },
  sign_in_throttled: {
    status: 429,
    message: "Too many attempts to sign in.",
    next: "Wait as long as `retry-after` says and try again.",
  },
  rate_limited: {
    status: 429,
    message: "{limit} is used up: {used}.",
    next: "Wait as long as `retry-after` says, or ask an admin for a higher limit.",
  },
  budget_exceeded: {
    status: 402,
    message: "{budget} has no room for this request: {left}.",
    next: "Wait until {reset}, send a smaller request, or ask an admin to raise the budget.",
  },
  request_exceeds_limit: {
    status: 413,
    message: "{limit} is less than this request alone may need: {size}.",
    next: "Send a smaller request, limit its answer (`max_tokens`), or ask an admin for a higher limit.",
  },
  model_unpriced: {
    status: 402,
    message: "The model `{model}` has no price, and {budget} lets only models run whose cost can be counted.",
    next: "Use a model with a price, or ask an admin to set one or to allow models without (`allow_unpriced`).",
  },
  limits_unavailable: {
    status: 503,
    message: "The place where limits are counted cannot be reached.",
    next: "Wait as long as `retry-after` says and try again.",
  },
  provider_limited: {
    status: 429,
    message: "The limit that an admin set for the provider `{provider}` is used up: {used}.",
    next: "Wait as long as `retry-after` says, or use a model of another provider.",
  },
  targets_cooling: {
    status: 429,
    message: "Everything that could serve `{model}` is cooling down after failures: {reason}.",
    next: "Wait as long as `retry-after` says and try again.",
  },
  upstream_rejected: {
    status: 400,
    message: "The provider `{provider}` refused the request: {reason}",
    next: "Correct the request for this model.",
  },
  upstream_credential_rejected: {
    status: 401,
    message:
      "The provider `{provider}` refused the credential that is configured for it. Your Penstock key is valid.",
    next: "An admin of the organization must renew the credential of this provider.",
  },
  upstream_quota_exhausted: {
    status: 429,
    message: "The account behind provider `{provider}` has no quota or credit left.",
    next: "An admin must top up the account or raise its limit.",
  },
  upstream_rate_limited: {
    status: 429,
    message: "The provider `{provider}` limits the rate of requests.",
    next: "Wait as long as `retry-after` says and try again.",
  },
  upstream_context_exceeded: {
    status: 400,
    message: "The request is longer than the context of the model: {reason}",
    next: "Shorten the conversation or use a model with a larger context.",
  },
  upstream_overloaded: {
    status: 529,
    message: "The provider `{provider}` is overloaded.",
    next: "Try again later.",
  },
  upstream_error: {
    status: 502,
    message: "The provider `{provider}` failed: {reason}",
    next: "Try again; if it goes on, use another model.",
  },
  upstream_unreachable: {
    status: 502,
    message: "The provider `{provider}` could not be reached{detail}.",
    next: "Try again; if it goes on, an admin must check its base URL.",
  },
  upstream_truncated: {
    status: 502,
    message: "The provider `{provider}` ended the answer before it was complete.",
    next: "Try again.",
  },
  upstream_malformed: {
    status: 502,
    message: "The provider `{provider}` sent something that is not its own protocol: {reason}.",
    next: "Try again; if it goes on, an admin must check its base URL and driver.",
  },
  upstream_timeout: {
    status: 504,
    message: "The provider `{provider}` did not answer within {seconds} s.",
    next: "Try again, or ask for a shorter answer.",
  },
  config_invalid: {
    status: 422,
    message: "{file}:{line}:{column}: {reason}",
    next: "Correct the file; nothing was applied.",
  },
  storage_unavailable: {
    status: 503,
    message: "The database cannot be reached.",
    next: "Try again in a moment.",
  },
  kek_unavailable: {
    status: 503,
    message: "The key-encryption key cannot be used: {reason}.",
    next: "The operator must check PENSTOCK_KEK, that its service can be reached, and this server's permissions there.",
  },
  shutting_down: {
    status: 503,
    message: "This replica is shutting down.",
    next: "Try again; another replica will answer.",
  },
  internal: {
    status: 500,
    message: "Something went wrong inside Penstock.",
    next: "Report the request id to the operator.",
  },
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
  readonly next: string;
}

/** Stable machine-readable name of an error; never renamed once released. */
export type ErrorCode = keyof typeof errorTable;
