import { equalSecrets } from '../../kernel/secrets.ts';
import { splitList } from '../../receiving/callback-keys.ts';
import { roles, type Role } from '../../graphql/context.ts';
import { isLoopbackHostHeader } from './open-access.ts';

export interface ApiToken {
  readonly role: Role;
  readonly token: string;
}

/**
 * Who may ask GraphQL. Open: everybody who reaches the port and asks for this machine by a name of the loopback, as an
 * operator; closed: nobody.
 */
export type ApiAccess =
  { readonly mode: 'open' | 'closed' } | { readonly mode: 'tokens'; readonly tokens: readonly ApiToken[] };

/**
 * Parses API_TOKENS: comma-separated, each `role=token`.
 * @throws Error - says which entry is wrong by its place, never what it holds
 */
export function parseApiTokens(list: string): ApiToken[] {
  return splitList(list).map((entry, index) => {
    const equals = entry.indexOf('=');
    const role = entry.slice(0, Math.max(equals, 0)).trim();
    const token = entry.slice(equals + 1).trim();
    if (!isRole(role) || token === '') {
      throw new Error(`entry ${index + 1} is not "viewer=<token>" or "operator=<token>"`);
    }
    return { role, token };
  });
}

/** Who asks. */
export interface Caller {
  readonly role: Role;
  /** Which of the tokens it was, by its place in the list; null where nobody needs one. */
  readonly tokenNumber: number | null;
}

/** Who asks, by the Authorization header; null where that is nobody who may. */
export function callerOf(access: ApiAccess, authorization: string | undefined): Caller | null {
  if (access.mode !== 'tokens') return access.mode === 'open' ? { role: 'operator', tokenNumber: null } : null;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  // Every token is compared: how long it takes must not tell which one fits.
  const fitting = access.tokens
    .map(({ role, token }, tokenNumber) => ({ role, tokenNumber, fits: equalSecrets(token, bearer) }))
    .filter(({ fits }) => fits);
  const [asker = null] = [...fitting.filter(({ role }) => role === 'operator'), ...fitting];
  return asker === null ? null : { role: asker.role, tokenNumber: asker.tokenNumber };
}

/** The role of a request by its Authorization header; null where it has none. */
export function roleOf(access: ApiAccess, authorization: string | undefined): Role | null {
  return callerOf(access, authorization)?.role ?? null;
}

/**
 * Whether the host that is asked for is one that everybody may ask for where nobody needs a token. By the header itself: what
 * a proxy is said to have been asked for, a web page may say as well.
 */
export function isHostAllowed({ mode }: ApiAccess, hostHeader: string | undefined): boolean {
  return mode !== 'open' || isLoopbackHostHeader(hostHeader);
}

export const hostNotAllowedMessage =
  'Without API_TOKENS, GraphQL answers only who asks for localhost, 127.0.0.1 or [::1]. Ask for one of these, or set API_TOKENS.';

/** What somebody is told who may not ask. */
export function unauthenticatedMessage({ mode }: ApiAccess): string {
  return mode === 'closed'
    ? 'GraphQL is closed: this server listens beyond this machine and API_TOKENS is not set.'
    : 'Send the header Authorization: Bearer with one of the tokens of this ledger.';
}

function isRole(name: string): name is Role {
  return roles.includes(name as Role);
}
