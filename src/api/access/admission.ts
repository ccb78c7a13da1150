import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { secretDigest } from '../../kernel/encoding.ts';
import { tooManyWrongTokens, type Refusal } from '../../connections/refusals.ts';
import { bearerOf, foreignPage, isForeignPage, isOwnHost, type PageRules } from '../../connections/request-reading.ts';
import type { Author } from '../../log/author.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { RateLimits } from '../../settings/variables.ts';
import { bearerOfClaims, callerOfClaims, isJwt, type Identities, type TokenUse, type Verified } from './identities.ts';
import type { RateAccount, Rates } from './rates.ts';
import type { Sessions } from './sessions.ts';
import { findToken, type ApiToken, type IdentityRules, type Role } from './tokens.ts';
import type { WrongTokens } from '../../connections/wrong-tokens.ts';

/** `open`: whoever requests this machine by a loopback name is an admin; `closed`: nobody has access; `tokens`: whoever sends one. */
export type ApiAccess =
  | { readonly mode: 'open' | 'closed' }
  | {
      readonly mode: 'tokens';
      readonly tokens: readonly ApiToken[];
      /** Roles of those who send a token of the issuer, if there is one. */
      readonly identities?: IdentityRules;
    };

/** Who sent a request. */
export interface Caller {
  readonly role: Role;
  /** What it may see; null: everything. */
  readonly scope: Scope | null;
  /** The name of its token; null if the token has none, or if none is required. */
  readonly name: string | null;
  /** The same for all requests with its token; null if no token is required. */
  readonly identity: string | null;
  /** Its identity, or else its address: with whom it takes turns. */
  readonly client: string;
  /** What it has used of its rates. */
  readonly account: RateAccount;
  /** When its token expires; null: never. */
  readonly expiresAtMs: number | null;
  /** How the log names it. */
  readonly author: Author;
}

/** The part of a caller that an operation is answered by. */
export function askerOf({ role, scope, author, identity, client, account }: Caller) {
  return { role, scope, author, isIdentified: identity !== null, client, account };
}

/** What decides who may use GraphQL: the same for HTTP, event streams and WebSockets. */
export interface AdmissionRules extends PageRules {
  readonly access: ApiAccess;
  /** Whether TRUST_PROXY is set. */
  readonly isBehindProxy: boolean;
  /** The address of the sender, as trusted proxies report it. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly wrongTokens: WrongTokens;
  readonly rates: Rates;
  /** Verifies tokens of the issuer; null without OIDC_ISSUER. */
  readonly identities: Identities | null;
  readonly sessions: Sessions;
  readonly clock: Clock;
  /** Called for each request with a token that is not taken. */
  readonly onTokenRefused: (address: string, refusal: Refusal) => void;
}

/** Who sent a request, or why it is refused. */
export type Admission =
  { readonly caller: Caller; readonly refusal: null } | { readonly caller: null; readonly refusal: Refusal };

/** A request with this header, whatever its value, is answered as to a viewer: for programs that pass on what they read. */
export const viewerHeader = 'live-ledger-as-viewer';

/** Admits a request by its head; a WebSocket's token arrives later, so it is given separately. */
export function admit(
  rules: AdmissionRules,
  request: IncomingMessage,
  authorization: string | undefined = request.headers.authorization,
): Admission {
  const { access } = rules;
  const message = refusalOfSender(rules, request.headers);
  if (message !== null) return refused(unauthenticated(message));
  if (isForeignPage(request, rules)) return refused(foreignPage);
  if (access.mode === 'closed') return refused(unauthenticated(closedMessage));
  const admission =
    access.mode === 'tokens'
      ? admitByToken(rules, access, request, authorization)
      : { caller: everybodyAt(rules, rules.addressOf(request)), refusal: null };
  const { caller, refusal } = admission;
  if (refusal !== null && refusal.error !== logUnavailable.error && bearerOf(authorization) !== undefined) {
    rules.onTokenRefused(rules.addressOf(request), refusal);
  }
  if (caller === null || request.headers[viewerHeader] === undefined) return admission;
  return { caller: { ...caller, role: 'viewer', author: { ...caller.author, role: 'viewer' } }, refusal: null };
}

/** Made anew for each request, without copying properties: nothing is asked more often. */
function everybodyAt({ rates }: AdmissionRules, client: string): Caller {
  const account = rates.of(client, null);
  const author = { name: null, issuer: null, subject: null, role: 'admin', from: client } as const;
  return { role: 'admin', scope: null, name: null, identity: null, client, account, expiresAtMs: null, author };
}

/**
 * Call it before `admit` if the token may be one of the issuer: resolves once that is known. Without an issuer, and for any other
 * token, there is nothing to wait for: null.
 */
export function verifyBefore(
  rules: AdmissionRules,
  request: IncomingMessage,
  authorization: string | undefined = request.headers.authorization,
): Promise<void> | null {
  const { identities, wrongTokens, addressOf } = rules;
  const credential = identities === null ? null : credentialOf(rules, request, authorization);
  if (identities === null || credential == null || !isJwt(credential.token)) return null;
  const { token, use, session } = credential;
  // A signature costs more than a digest.
  const mayTry = session !== null || wrongTokens.mayTry(addressOf(request), secretDigest(token));
  return mayTry ? identities.verify(token, use) : null;
}

/** The token of a request, and the end of the session that it is in, if it is in one. */
interface Credential {
  readonly token: string;
  readonly use: TokenUse;
  readonly session: { readonly untilMs: number } | null;
}

/** What a request proves who sent it by: a token that was sent, or else a session. Null: nothing; undefined: see `Sessions.read`. */
function credentialOf(
  { sessions }: AdmissionRules,
  request: IncomingMessage,
  authorization: string | undefined,
): Credential | null | undefined {
  const token = bearerOf(authorization);
  if (token !== undefined) return { token, use: 'BEARER', session: null };
  const session = sessions.read(request);
  return session && { token: session.token, use: session.use, session };
}

function admitByToken(
  rules: AdmissionRules,
  { tokens, identities: roleRules }: Extract<ApiAccess, { readonly mode: 'tokens' }>,
  request: IncomingMessage,
  authorization: string | undefined,
): Admission {
  const { wrongTokens, addressOf, clock, identities } = rules;
  const credential = credentialOf(rules, request, authorization);
  if (credential === undefined) return refused(logUnavailable);
  if (credential === null) return refused(unauthenticated(tokenMessage));
  const { token: bearer, use, session } = credential;
  const [address, digest] = [addressOf(request), secretDigest(bearer)];
  // Nobody guesses what is in a cookie.
  if (session === null && !wrongTokens.mayTry(address, digest)) return refused(tooManyWrongTokens);
  const token = use === 'BEARER' ? findToken(tokens, digest) : null;
  const verified = token === null && isJwt(bearer) ? (identities?.verified(digest, use) ?? null) : null;
  if (token !== null || verified?.claims) wrongTokens.noteTaken(address, digest);
  const expiresAtMs = Math.min(session?.untilMs ?? Infinity, token?.expiresAtMs ?? Infinity);
  if (clock() >= expiresAtMs) return refused(expired);
  if (token !== null) {
    const { role, scope, name, rates } = token;
    const endsAtMs = Number.isFinite(expiresAtMs) ? expiresAtMs : null;
    return admitted(rules, { role, scope, name, rates, address, identity: digest, expiresAtMs: endsAtMs });
  }
  if (verified?.claims) return admitClaims(rules, verified, roleRules, address);
  if (verified?.isIssuerUnavailable === true) return refused(issuerUnavailable);
  if (verified?.hasExpired === true) return refused(expired);
  if (session !== null) return refused(withdrawn);
  wrongTokens.noteWrong(address);
  return refused(unauthenticated(tokenMessage));
}

function admitClaims(
  rules: AdmissionRules,
  { claims, expiresAtMs }: Extract<Verified, { readonly expiresAtMs: number }>,
  roleRules: IdentityRules | undefined,
  address: string,
): Admission {
  if (rules.clock() >= expiresAtMs) return refused(expired);
  const caller = roleRules && callerOfClaims(claims, roleRules);
  if (caller == null) return refused(noRole);
  const identity = secretDigest(`${claims.iss ?? ''} ${claims.sub ?? ''}`);
  const { issuer, subject } = bearerOfClaims(claims);
  return admitted(rules, { ...caller, identity, expiresAtMs, address, issuer, subject });
}

/** Whom a request is from, before its account is known. */
interface Known extends Omit<Caller, 'client' | 'account' | 'author'>, Partial<Pick<Author, 'issuer' | 'subject'>> {
  readonly address: string;
  readonly rates?: Partial<RateLimits> | null;
}

function admitted(
  rules: AdmissionRules,
  { role, scope, name, identity, expiresAtMs, address, rates = null, issuer = null, subject = null }: Known,
): Admission {
  const client = identity ?? address;
  const account = rules.rates.of(client, rates);
  const author = { name, issuer, subject, role, from: address };
  return { caller: { role, scope, name, identity, client, account, expiresAtMs, author }, refusal: null };
}

function refused(refusal: Refusal): Admission {
  return { caller: null, refusal };
}

function unauthenticated(message: string): Refusal {
  return { status: 401, error: 'UNAUTHENTICATED', message };
}

// Messages are short because they are also reasons in close frames of WebSockets.

const closedMessage = 'GraphQL is closed: HOST is not loopback, and API_TOKENS is not set. Set API_TOKENS.';
const tokenMessage = 'The request has no valid token. Send the header Authorization: Bearer with one of API_TOKENS.';

const expired = unauthenticated('The token has expired. Send the header Authorization: Bearer with a newer one.');

const noRole = unauthenticated('The token is right, but no rule of ACCESS_FILE gives its bearer a role.');

const withdrawn = unauthenticated(
  'The session has ended: the token that it began with is taken no longer. Sign in again.',
);

/** Why a session has ended, by the refusal of what was asked in it. */
export const sessionEnds: ReadonlyMap<Refusal | null, 'EXPIRED' | 'NO_ROLE' | 'WITHDRAWN'> = new Map([
  [expired, 'EXPIRED'],
  [noRole, 'NO_ROLE'],
  [withdrawn, 'WITHDRAWN'],
]);

const issuerUnavailable: Refusal = {
  status: 503,
  error: 'ISSUER_UNAVAILABLE',
  message: 'The issuer of the token does not answer, so it can not be verified. Send it again later.',
};

const logUnavailable: Refusal = {
  status: 503,
  error: 'STORE_UNAVAILABLE',
  message: 'This node has no copy of the log yet, without which it reads no session. Send it again later.',
};

/**
 * Without API_TOKENS, everybody on this machine is an admin. So nobody else may pass for being on it: neither a
 * request through a proxy, nor the page of a domain that resolves to this machine.
 */
function refusalOfSender({ access, isBehindProxy }: AdmissionRules, headers: IncomingHttpHeaders): string | null {
  if (access.mode !== 'open') return null;
  if (isBehindProxy || isForwarded(headers)) return forwardedMessage;
  return isOwnHost(headers) ? null : hostMessage;
}

const forwardedMessage = 'Without API_TOKENS, no request that came through a proxy is answered: set API_TOKENS.';
const hostMessage = 'Without API_TOKENS, only localhost, 127.0.0.1 and [::1] are served. Use one, or set API_TOKENS.';

/** Headers, next to `x-forwarded-*`, by which proxies, load balancers and content delivery networks say that they pass a request on. */
export const forwardingHeaders = [
  ...['forwarded', 'via', 'cdn-loop', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'x-remote-ip', 'client-ip'],
  ...['x-original-host', 'x-original-forwarded-for', 'x-original-url', 'x-envoy-external-address'],
  ...['cf-connecting-ip', 'cf-connecting-ipv6', 'cf-ray', 'true-client-ip', 'fastly-client-ip', 'fly-client-ip'],
  ...['x-azure-clientip', 'x-azure-fdid', 'x-appengine-user-ip', 'x-amzn-trace-id', 'x-amz-cf-id', 'x-arr-log-id'],
];

/** Begins the names of `x-forwarded-for` and its relatives. */
const forwardingPrefix = 'x-forwarded';

const areForwarding: ReadonlySet<string> = new Set(forwardingHeaders);

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith(forwardingPrefix) || areForwarding.has(name));
}
