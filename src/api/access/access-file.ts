import type * as z from 'zod';
import { list, object, readJson, text, textLike, wholeNumber, withLines, word } from '../../settings/json-settings.ts';
import { rateMax, type RateLimits } from '../../settings/rates.ts';
import type { IdentityRules } from './identities.ts';
import { endOfDayMs, namePattern, roles, type ApiToken } from './tokens.ts';

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
