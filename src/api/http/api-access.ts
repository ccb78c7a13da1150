import { isIP } from 'node:net';
import { roles, type Role } from '../context.ts';
import { equalSecrets } from '../../kernel/encoding.ts';
import { splitList } from '../../settings/settings-reader.ts';

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
