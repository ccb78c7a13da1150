/** Variables of versions with JWT: to ignore them in silence would be worse than to refuse them. */
const ofOtherVersions: Readonly<Record<string, string>> = {
  JWKS_URL: 'this version takes no JWT; set API_TOKENS',
};

/** Variables that say nothing to the embedded log: whoever sets one means another. */
const ofEventStoreDb: Readonly<Record<string, string>> = {
  EVENT_STORE_PREFIX: 'is for EventStoreDB; the streams of the embedded log need no prefix',
  SPOOL: 'is for EventStoreDB; the embedded log needs no spool',
  SPOOL_BYTES_MAX: 'is for EventStoreDB; the embedded log needs no spool',
  SPOOL_AGE_MAX_MS: 'is for EventStoreDB; the embedded log needs no spool',
};

/** A line for each variable that is set and would not be obeyed. */
export function notServed(
  environment: Readonly<Record<string, string | undefined>>,
  log: 'sqlite' | 'eventstoredb',
): string[] {
  const unserved = log === 'sqlite' ? { ...ofEventStoreDb, ...ofOtherVersions } : ofOtherVersions;
  return Object.entries(unserved).flatMap(([name, why]) =>
    (environment[name] ?? '').trim() === '' ? [] : [`${name}: ${why}`],
  );
}
