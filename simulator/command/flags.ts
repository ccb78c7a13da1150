const secret = { fallback: '' } as const;

/** All flags of `simulate`. Its help and the table of docs/simulate.md list exactly these. */
export const simulateFlags = {
  url: { fallback: 'http://127.0.0.1:4000', meaning: 'address of the service' },
  seed: { fallback: '1', meaning: 'what the scenario is generated from: any text' },
  at: { fallback: 'now', meaning: 'the moment at which the scenario ends, as ISO 8601; it begins an hour before' },
  sessions: { fallback: '200', meaning: 'stream sessions of pushers, 0 to 100000; relay tasks have some of their own' },
  tasks: { fallback: '30', meaning: 'relay tasks, 0 to 10000' },
  story: {
    fallback: 'none',
    meaning:
      'instead of that: night, provider, expired-key, relay-source or quiet, twelve hours that end in an incident, or in none',
  },
  rate: { fallback: '0', meaning: 'deliveries a second; 0: as fast as they are answered' },
  connections: { fallback: '16', meaning: 'deliveries sent at the same time, 1 to 256' },
  duplicates: { fallback: '0.1', meaning: 'share of callbacks that are delivered again, 0 to 0.9' },
  shuffle: {
    fallback: '50',
    meaning: 'positions by which a delivery may move; one in twenty moves up to twenty times as far; 0: in order',
  },
  losses: { fallback: '0.02', meaning: 'share of callbacks that are never sent, 0 to 1' },
  forgeries: { fallback: '0', meaning: 'forged callbacks, as a share of the callbacks; needs a key or a token' },
  expired: { fallback: '0', meaning: 'share of callbacks that are replayed with a sign of two hours ago; needs a key' },
  retries: { fallback: '12', meaning: 'attempts after the first if the answer is not 200, 0 to 12' },
  'timeout-ms': { fallback: '20000', meaning: 'milliseconds to wait for an answer, 100 to 120000' },
  'into-existing': {
    fallback: null,
    meaning: 'send also if the log has callbacks that are not of this simulation: they stay there together, for ever',
  },
  check: { fallback: null, meaning: 'query the service afterwards, and list every difference from what is expected' },
  'check-only': { fallback: null, meaning: 'send nothing, and check what a run with the same flags has sent' },
  'check-wait-ms': { fallback: '120000', meaning: 'milliseconds to wait until the service has projected everything' },
  counts: {
    fallback: 'exact',
    meaning:
      'exact or bounds, for --check-only: bounds if some deliveries were repeated or refused; the run prints which',
  },
  'css-callback-keys': {
    ...secret,
    variable: 'CSS_CALLBACK_KEYS',
    meaning: 'callback keys of the templates, comma-separated, each "key" or "domain=key"',
  },
  'css-callback-tokens': {
    ...secret,
    variable: 'CSS_CALLBACK_TOKENS',
    meaning: 'tokens of the callback URL, comma-separated; with keys, relay tasks need one',
  },
  'api-tokens': {
    ...secret,
    variable: 'API_TOKENS',
    meaning: 'bearer token for GraphQL, as "admin=token"; others see less to compare',
  },
  'css-callback-keys-file': {
    ...secret,
    variable: 'CSS_CALLBACK_KEYS_FILE',
    meaning: 'file with the list of CSS_CALLBACK_KEYS; line ends count as commas',
  },
  'css-callback-tokens-file': {
    ...secret,
    variable: 'CSS_CALLBACK_TOKENS_FILE',
    meaning: 'file with the list of CSS_CALLBACK_TOKENS; line ends count as commas',
  },
  'api-tokens-file': {
    ...secret,
    variable: 'API_TOKENS_FILE',
    meaning: 'file with the list of API_TOKENS; line ends count as commas',
  },
  json: { fallback: null, meaning: 'progress and result as JSON lines on standard output' },
} as const;
