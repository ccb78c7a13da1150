import { list, object, readJson, text, textLike, word } from '../../settings/json-settings.ts';
import type { IdentityRules } from './identities.ts';
import { endOfDayMs, namePattern, roles, type ApiToken } from './tokens.ts';

/** Tokens in the file: beyond that, an issuer of identities serves better. */
const tokensMax = 1_000;

/** Rules in the file: groups and persons with a role. */
const rulesMax = 1_000;

const accessFile = object({
  tokens: list(
    object({
      name: textLike(namePattern),
      role: word(roles),
      sha256: textLike(/^[0-9a-f]{64}$/),
      lastDay: textLike(/^\d{4}-\d\d-\d\d$/).optional(),
    }),
    tokensMax,
  ).optional(),
  identities: list(object({ claim: text(1, 128), has: text(1, 256), role: word(roles) }), rulesMax).optional(),
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
  const tokens = (read?.tokens ?? []).map(({ name, role, sha256, lastDay }, index): ApiToken => {
    const expiresAtMs = lastDay === undefined ? null : endOfDayMs(lastDay);
    if (Number.isNaN(expiresAtMs)) problems.push(`tokens[${index}].lastDay: must be a date such as 2027-12-31`);
    return { name, role, digest: sha256, expiresAtMs };
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  return { tokens, identities: { rules: read?.identities ?? [], nameClaim: read?.nameClaim ?? 'sub' } };
}
