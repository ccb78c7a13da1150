import type * as z from 'zod';
import { dayBeginsMs } from '../../kernel/clock.ts';
import { secretDigest } from '../../kernel/encoding.ts';
import type { Scope } from '../../kernel/scope.ts';
import { type RateLimits, rateMax } from '../../settings/variables.ts';
import { splitList } from '../../settings/settings-reader.ts';
import { list, object, readJson, text, textLike, wholeNumber, withLines, word } from '../../settings/json-settings.ts';

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

/** A bearer with this claim has this role. A claim with a list has each of its texts. */
export interface IdentityRule {
  readonly claim: string;
  readonly has: string;
  readonly role: Role;
  /** What it may see; null: everything. */
  readonly scope: Scope | null;
  /** What it may do in a minute, where that differs from what all may; null: nowhere. */
  readonly rates: Partial<RateLimits> | null;
}

/** How claims become a caller. */
export interface IdentityRules {
  readonly rules: readonly IdentityRule[];
  /** The claim with the name that is stored with what the bearer states. */
  readonly nameClaim: string;
}

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
const endOfDayMs = (day: string) => dayBeginsMs(day) + 86_400_000;

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

/** Tokens in the file: beyond that, an issuer of identities serves better. */
const tokensMax = 1_000;

/** Rules in the file: groups and persons with a role. */
const rulesMax = 1_000;

/** Names of one kind in a part of a scope: each is a comparison at most, of some nanoseconds a row. */
const namesMax = 1_000;

/** Parts of a scope. */
const partsMax = 100;

/** What an identity may see. */
const scope = list(
  object({
    accounts: list(text(1, 64), namesMax).optional(),
    domains: list(textLike(/^(\*\.)?[\w-]+(\.[\w-]+)*$/).toLowerCase(), namesMax).optional(),
    paths: list(text(1, 256), namesMax).optional(),
    streams: list(text(1, 256), namesMax).optional(),
  }).refine((part) => Object.values(part).some((names) => names !== undefined), {
    error: 'limits nothing: name accounts, domains, paths or streams, or leave the whole scope out',
  }),
  partsMax,
);

const rate = () => wholeNumber(1, rateMax).optional();

/** What a bearer may do in a minute, instead of what API_RATES says. */
const rates = object({ operations: rate(), cost: rate(), subscriptions: rate(), exports: rate() });

const accessFile = object({
  tokens: list(
    object({
      name: textLike(namePattern),
      role: word(roles),
      sha256: textLike(/^[0-9a-f]{64}$/),
      lastDay: textLike(/^\d{4}-\d\d-\d\d$/).optional(),
      scope: scope.optional(),
      rates: rates.optional(),
    }),
    tokensMax,
  ).optional(),
  identities: list(
    object({
      claim: text(1, 128),
      has: text(1, 256),
      role: word(roles),
      scope: scope.optional(),
      rates: rates.optional(),
    }),
    rulesMax,
  ).optional(),
  nameClaim: text(1, 128).optional(),
});

/** What ACCESS_FILE says. */
export interface AccessSettings {
  readonly tokens: readonly ApiToken[];
  readonly identities: IdentityRules;
}

/** Without the file. */
export const noAccessSettings: AccessSettings = { tokens: [], identities: { rules: [], nameClaim: 'sub' } };

/**
 * Reads the text of ACCESS_FILE, the digests of whose tokens `printf %s <token> | sha256sum` prints.
 * @throws Error - what is wrong, by the path in the file, quoting no value
 */
export function parseAccessFile(json: string): AccessSettings {
  const problems: string[] = [];
  const read = readJson(json, accessFile, problems);
  const tokens = (read?.tokens ?? []).map(({ name, role, sha256, lastDay, ...given }, index): ApiToken => {
    const expiresAtMs = lastDay === undefined ? null : endOfDayMs(lastDay);
    if (Number.isNaN(expiresAtMs)) problems.push(`tokens[${index}].lastDay: must be a date such as 2027-12-31`);
    return { name, role, scope: given.scope ?? null, rates: ratesOf(given.rates), digest: sha256, expiresAtMs };
  });
  if (problems.length > 0) throw new Error(withLines(json, problems).join('; '));
  const rules = (read?.identities ?? []).map(({ scope: given, rates: own, ...rule }) => ({
    ...rule,
    scope: given ?? null,
    rates: ratesOf(own),
  }));
  return { tokens, identities: { rules, nameClaim: read?.nameClaim ?? 'sub' } };
}

/** Without those that are left out, which would hide what all have. */
function ratesOf(given: z.output<typeof rates> | undefined): Partial<RateLimits> | null {
  if (given === undefined) return null;
  return Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== undefined));
}
