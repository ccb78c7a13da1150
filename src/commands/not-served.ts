/** Variables of versions with EventStoreDB and with JWT: to ignore them in silence would be worse than to refuse them. */
const ofOtherVersions: Readonly<Record<string, string>> = {
  EVENT_STORE_PREFIX: 'this version has the embedded log only, whose streams need no prefix',
  SPOOL: 'this version has the embedded log only, which needs no spool',
  SPOOL_BYTES_MAX: 'this version has the embedded log only, which needs no spool',
  SPOOL_AGE_MAX_MS: 'this version has the embedded log only, which needs no spool',
  JWKS_URL: 'this version takes no JWT; set API_TOKENS',
};

/** A line for each variable that is set and would not be obeyed. */
export function notServed(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(ofOtherVersions).flatMap(([name, why]) =>
    (environment[name] ?? '').trim() === '' ? [] : [`${name}: ${why}`],
  );
}

/** @throws Error - another log is named; its URL is not told, because it may hold a password */
export function readEventStoreUrl(text: string): void {
  if (text !== 'sqlite:') throw new Error('this version has the embedded log only; leave it out, or set "sqlite:"');
}

/** @throws Error - the embedded log can't be shared by processes, so each has all roles */
export function readRoles(text: string): void {
  const roles = text
    .split(',')
    .map((role) => role.trim())
    .sort();
  if (roles.join() !== 'query,receive') {
    throw new Error(
      'this version has the embedded log only, so each process has both roles; leave it out, or set "receive,query"',
    );
  }
}
