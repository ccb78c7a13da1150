import { equalSecrets, splitList } from '../callbacks/callback-keys.ts';
import { roles, type Role } from '../graphql/context.ts';

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

/** The role of a request by its Authorization header; null where it has none. */
export function roleOf(access: ApiAccess, authorization: string | undefined): Role | null {
  if (access.mode !== 'tokens') return access.mode === 'open' ? 'operator' : null;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  // Every token is compared: how long it takes must not tell which one fits.
  const fitting = access.tokens.filter(({ token }) => equalSecrets(token, bearer));
  return fitting.some(({ role }) => role === 'operator') ? 'operator' : (fitting[0]?.role ?? null);
}

function isRole(name: string): name is Role {
  return roles.includes(name as Role);
}
