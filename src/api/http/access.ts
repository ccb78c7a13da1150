import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Refusal } from '../../connections/refusals.ts';
import { equalSecrets } from '../../kernel/encoding.ts';
import { splitList } from '../../settings/settings-reader.ts';

/** viewer: reads everything except credentials. operator: reads everything as sent, decides on quarantined callbacks, states facts, and controls forwarding. */
const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** A bearer token for GraphQL, and what it allows. */
export interface ApiToken {
  readonly role: Role;
  /** The name of its bearer, as facts of operators show it. */
  readonly name?: string;
  readonly token: string;
}

/** `open`: whoever requests this machine by a loopback name is an operator; `closed`: nobody has access; `tokens`: whoever sends one. */
export type ApiAccess =
  { readonly mode: 'open' | 'closed' } | { readonly mode: 'tokens'; readonly tokens: readonly ApiToken[] };

/** The names that are allowed: they are stored with what their bearers state. */
const namePattern = /^[\w.@-]{1,64}$/;

/**
 * Parses API_TOKENS: comma-separated, each `role=token` or `role:name=token`.
 * @throws Error - names the wrong entry by its number, never by its content
 */
export function parseApiTokens(list: string): ApiToken[] {
  return splitList(list).map((entry, index) => {
    const equals = entry.indexOf('=');
    const [role = '', name, ...rest] = entry.slice(0, Math.max(equals, 0)).trim().split(':');
    const token = entry.slice(equals + 1).trim();
    if (!isRole(role) || token === '' || rest.length > 0) {
      throw new Error(`entry ${index + 1} is not "viewer=<token>" or "operator=<token>"`);
    }
    if (name !== undefined && !namePattern.test(name)) {
      throw new Error(`entry ${index + 1} has a name that is not 1 to 64 of A-Z a-z 0-9 . _ - @`);
    }
    return { role, token, ...(name !== undefined && { name }) };
  });
}

/** Who sent a request. */
export interface Caller {
  readonly role: Role;
  /** The name of its token; null if the token has none, or if none is required. */
  readonly name: string | null;
  /** Index of its token in API_TOKENS; null if no token is required. */
  readonly tokenNumber: number | null;
}

/** The caller by its Authorization header; null if it may not use GraphQL. */
export function callerOf(access: ApiAccess, authorization: string | undefined): Caller | null {
  if (access.mode !== 'tokens')
    return access.mode === 'open' ? { role: 'operator', name: null, tokenNumber: null } : null;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  // All tokens are compared, so that the time it takes does not reveal which one is equal.
  const matching = access.tokens
    .map(({ role, name, token }, tokenNumber) => ({ role, name, tokenNumber, isEqual: equalSecrets(token, bearer) }))
    .filter(({ isEqual }) => isEqual);
  const [caller = null] = [...matching.filter(({ role }) => role === 'operator'), ...matching];
  return caller === null ? null : { role: caller.role, name: caller.name ?? null, tokenNumber: caller.tokenNumber };
}

/** The message of UNAUTHENTICATED: which header is missing, or which setting. */
export function unauthenticatedMessage({ mode }: ApiAccess): string {
  return mode === 'closed'
    ? 'GraphQL is closed: this server listens beyond loopback, and API_TOKENS is not set. Set API_TOKENS.'
    : 'The request has no valid token. Send the header Authorization: Bearer with one of API_TOKENS.';
}

function isRole(name: string): name is Role {
  return roles.includes(name as Role);
}

/** Whether a host, as it is listened on or requested, is this machine itself, whatever a name server says. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** What decides who may use GraphQL: the same for HTTP, event streams and WebSockets. */
export interface AdmissionRules extends PageRules {
  readonly access: ApiAccess;
  /** Whether TRUST_PROXY is set. */
  readonly isBehindProxy: boolean;
}

/** Who sent a request, or why it is refused. */
export type Admission =
  { readonly caller: Caller; readonly refusal: null } | { readonly caller: null; readonly refusal: Refusal };

/** A request with this header, whatever its value, is answered as to a viewer: for programs that pass on what they read. */
export const viewerHeader = 'live-ledger-as-viewer';

/** Admits a request by its head; a WebSocket's token arrives later, so it is given separately. */
export function admit(
  rules: AdmissionRules,
  request: RequestHead,
  authorization: string | undefined = request.headers.authorization,
): Admission {
  const message = refusalOfSender(rules, request.headers);
  if (message !== null) return { caller: null, refusal: unauthenticated(message) };
  if (isForeignPage(request, rules)) return { caller: null, refusal: foreignPage };
  const caller = callerOf(rules.access, authorization);
  if (caller !== null) {
    const asViewer = request.headers[viewerHeader] !== undefined;
    return { caller: asViewer ? { ...caller, role: 'viewer' } : caller, refusal: null };
  }
  return { caller, refusal: unauthenticated(unauthenticatedMessage(rules.access)) };
}

function unauthenticated(message: string): Refusal {
  return { status: 401, error: 'UNAUTHENTICATED', message };
}

/**
 * Without API_TOKENS, everybody on this machine is an operator. So nobody else may pass for being on it: neither a
 * request through a proxy, nor the page of a domain that resolves to this machine.
 */
function refusalOfSender({ access, isBehindProxy }: AdmissionRules, headers: IncomingHttpHeaders): string | null {
  if (access.mode !== 'open') return null;
  if (isBehindProxy || isForwarded(headers)) return forwardedMessage;
  return isOwnHost(headers.host) ? null : hostMessage;
}

// Short: they are also reasons in close frames of WebSockets.
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

/**
 * The page of a domain that resolves to 127.0.0.1 could read answers otherwise, but its browser sends that domain.
 * `X-Forwarded-Host` does not count, because a web page can set it.
 */
function isOwnHost(hostHeader: string | undefined): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{0,5})?$/.exec(hostHeader ?? '') ?? [];
  return isLoopback(bracketed ?? plain ?? '');
}

/** Adds what a 401 must say (RFC 9110, 11.6.1): by which scheme to authenticate. */
export function challenge(reply: FastifyReply, status: number): void {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
}

/** Whose web pages may use GraphQL, besides this server's own. */
export interface PageRules {
  /** CORS_ORIGINS, each as browsers send it in the header Origin. */
  readonly corsOrigins: readonly string[];
  /** Whether to believe X-Forwarded-Host of this address. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** The refusal of a page of another origin. Its message is short because it is also a reason in close frames of WebSockets. */
export const foreignPage: Refusal = {
  status: 403,
  error: 'ORIGIN_NOT_ALLOWED',
  message: 'A web page of another origin asked. Add its origin to CORS_ORIGINS to let it.',
};

/** The part of a request that the rules are applied to. */
export type RequestHead = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Whether a request comes from a web page of another origin. Browsers let a page send requests to any server, and read
 * the messages of any WebSocket, but name the page's origin in headers that pages can't set. Programs send neither
 * header.
 */
export function isForeignPage(request: RequestHead, rules: PageRules): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && rules.corsOrigins.includes(origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && !(URL.canParse(origin) && ownHosts(request, rules).includes(new URL(origin).host));
}

/** The host that was requested, and the one that was requested from a trusted proxy. */
function ownHosts({ headers, socket: { remoteAddress } }: RequestHead, { isTrustedProxy }: PageRules): string[] {
  const forwarded = headers['x-forwarded-host'];
  const isBelieved = remoteAddress !== undefined && isTrustedProxy(remoteAddress);
  return [headers.host, isBelieved ? forwarded : undefined]
    .flat()
    .flatMap((hosts) => (hosts ?? '').split(',').map((host) => host.trim()));
}
