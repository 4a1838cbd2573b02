import { betterAuth } from "better-auth";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { Kysely } from "kysely";
import type { Schema } from "../../storage/schema.ts";
import type { ServiceContext } from "../service-context.ts";
import { addressHeader } from "./client.ts";
import { createHashQueue } from "./hash-queue.ts";
import { hashSessionTokens } from "./hash-session-tokens.ts";
import { passwordLength } from "./password-schema.ts";
import { cookieName } from "./session-cookie.ts";
import { signInAs } from "./sign-in-as.ts";

/** At most two at a time, each of 16 MiB for some 50 ms; who waits behind fifty others is told to come back. */
const hashQueue = createHashQueue({ running: 2, waiting: 50 });

/**
 * The identity library over our tables. It is never mounted: its routes are not reachable, we call its functions. One
 * made over a transaction does all its work in there.
 */
export function createAuth(ctx: ServiceContext, db: Kysely<Schema>) {
  const secret = ctx.vault.digestKey("identity\0sessions");
  return betterAuth({
    appName: "Penstock",
    baseURL: ctx.publicUrl,
    // As a list, so that no variable of the environment can put another one in its place.
    secrets: [{ version: 1, value: secret }],
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    // In SQLite's types on both engines: times are text, booleans are 0 and 1.
    database: { db, type: "sqlite", transaction: !db.isTransaction },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
      password: {
        hash: (password) => hashQueue(() => hashPassword(password)),
        verify: (pair) => hashQueue(() => verifyPassword(pair)),
      },
    },
    session: { modelName: "auth_sessions", fields: sessionFields, expiresIn: 7 * day, updateAge: day },
    user: { modelName: "auth_users", fields: userFields },
    account: { modelName: "auth_accounts", fields: accountFields },
    verification: { modelName: "auth_verifications", fields: verificationFields },
    // Ours counts by account too, and on all replicas together: services/sessions/throttle.ts.
    rateLimit: { enabled: false },
    advanced: {
      cookies: {
        session_token: { name: cookieName(ctx.publicUrl), attributes: { secure: isSecure(ctx.publicUrl) } },
      },
      // The prefix is in the name already.
      useSecureCookies: false,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: ({ model }) => ctx.newId(prefixes[model] ?? "user"), validateSchema: false },
    },
    plugins: [hashSessionTokens((token) => ctx.vault.digestKey(`session\0${token}`)), signInAs()],
  });
}

export type Auth = ReturnType<typeof createAuth>;

const day = 24 * 60 * 60;

const prefixes: Readonly<Record<string, "user" | "login" | "acct" | "ver">> = {
  user: "user",
  session: "login",
  account: "acct",
  verification: "ver",
};

function isSecure(url: string): boolean {
  return url.startsWith("https:");
}

const times = { createdAt: "created_at", updatedAt: "updated_at" };
const userFields = { ...times, emailVerified: "email_verified" };
const sessionFields = {
  ...times,
  userId: "user_id",
  expiresAt: "expires_at",
  ipAddress: "ip_address",
  userAgent: "user_agent",
};
const accountFields = {
  ...times,
  userId: "user_id",
  accountId: "account_id",
  providerId: "provider_id",
  accessToken: "access_token",
  refreshToken: "refresh_token",
  idToken: "id_token",
  accessTokenExpiresAt: "access_token_expires_at",
  refreshTokenExpiresAt: "refresh_token_expires_at",
};
const verificationFields = { ...times, expiresAt: "expires_at" };
