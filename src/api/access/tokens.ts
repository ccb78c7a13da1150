import { secretDigest } from '../../kernel/encoding.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { RateLimits } from '../../settings/rates.ts';
import { splitList } from '../../settings/settings-reader.ts';

/** What a client may do: each role may do what those before it may. */
export const roles = ['viewer', 'analyst', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A role as the schema names it. */
export type ShownRole = Uppercase<Role>;

/** Whether a role may do what needs another one. */
export function allows(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** A bearer token: what it allows, and no more of itself than its digest. */
export interface ApiToken {
  readonly role: Role;
  /** What its bearer may see; null: everything. */
  readonly scope: Scope | null;
  /** What its bearer may do in a minute, as far as it differs from others; null: nothing differs. */
  readonly rates: Partial<RateLimits> | null;
  /** The name of its bearer, as facts of operators show it; null if it has none. */
  readonly name: string | null;
  /** Of its SHA-256, in hex. */
  readonly digest: string;
  /** When it stops to be taken; null: never. */
  readonly expiresAtMs: number | null;
}

/** The names that are allowed: they are stored with what their bearers state. */
export const namePattern = /^[\w.@-]{1,64}$/;

/** Characters of a token that others than this machine itself can try: of random ones, nobody guesses this many. */
const tokenCharactersMin = 20;

/** Parses API_TOKENS, as `readTokenList` does. */
export function parseApiTokens(list: string, reachedBy: string | null = null): ApiToken[] {
  return readTokenList(list, reachedBy).map(({ token, ...others }) => ({
    ...others,
    scope: null,
    rates: null,
    digest: secretDigest(token),
  }));
}

/**
 * Reads the text of API_TOKENS: comma-separated, each `role=token`, `role:name=token` or `role:name:2027-12-31=token`, which is taken until the end
 * of that day in UTC. `reachedBy`: by what others than this machine can try tokens, which must then be long.
 * @throws Error - names the wrong entry by its number, never by its content
 */
export function readTokenList(
  list: string,
  reachedBy: string | null = null,
): (Omit<ApiToken, 'digest' | 'scope' | 'rates'> & { readonly token: string })[] {
  return splitList(list).map((entry, index) => {
    const equals = entry.indexOf('=');
    const [role = '', name, day, ...rest] = entry.slice(0, Math.max(equals, 0)).trim().split(':');
    const token = entry.slice(equals + 1).trim();
    if (!isRole(role) || token === '' || rest.length > 0) {
      throw new Error(`entry ${index + 1} is not "<role>=<token>", with one of the roles ${roles.join(', ')}`);
    }
    if (name !== undefined && !namePattern.test(name)) {
      throw new Error(`entry ${index + 1} has a name that is not 1 to 64 of A-Z a-z 0-9 . _ - @`);
    }
    const expiresAtMs = day === undefined ? null : endOfDayMs(day);
    if (expiresAtMs !== null && Number.isNaN(expiresAtMs)) {
      throw new Error(`entry ${index + 1} has a last day that is not a date such as 2027-12-31`);
    }
    if (reachedBy !== null && token.length < tokenCharactersMin) {
      throw new Error(
        `entry ${index + 1} has a token of fewer than ${tokenCharactersMin} characters, and ${reachedBy}`,
      );
    }
    return { role, name: name ?? null, token, expiresAtMs };
  });
}

/** The end of a day in UTC, such as `2027-12-31`; NaN if it is none. */
export function endOfDayMs(day: string): number {
  const startMs = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  // JavaScript reads February 30 as March 2.
  const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(day);
  return isDay ? startMs + 86_400_000 : NaN;
}

/** The listed token of this digest; of several, the one that allows most. Null: there is none. */
export function findToken(tokens: readonly ApiToken[], digest: string): ApiToken | null {
  const listed = tokens.filter((token) => token.digest === digest);
  return (
    roles.map((role) => listed.find((token) => token.role === role)).findLast((token) => token !== undefined) ?? null
  );
}

function isRole(name: string): name is Role {
  return roles.includes(name as Role);
}
