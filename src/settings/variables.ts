import { defaultLiveConnectionsMax } from '../connections/limits.ts';
import { spoolBounds } from '../log/spool/spool.ts';
import type { Flags, GivenFlags } from '../commands/command-line.ts';
import { splitList } from './settings-reader.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The level if none is set. */
export const defaultLogLevel: LogLevel = 'info';

/** The stream prefix if none is set. A prefix is needed because a server may have other streams. */
export const defaultPrefix = 'live_ledger';

/** Milliseconds that statistics may take: a month of 150,000 sessions needs some 3 s on a machine with much else to do. */
export const statisticsMs = { usual: 10_000, least: 1_000, most: 60_000 };

/**
 * What a client may do in a minute. `operations`: documents that it sends, by any way; `cost`: nodes that these may touch, as `cost.ts` counts them;
 * `subscriptions` and `exports`: those that it begins.
 */
export const rateNames = ['operations', 'cost', 'subscriptions', 'exports'] as const;
export type RateName = (typeof rateNames)[number];

/** Of each, how much in a minute. */
export type RateLimits = Readonly<Record<RateName, number>>;

/**
 * By default: what a process answers in a minute if it does nothing else, so that only a client out of control meets it. Those who watch
 * one page share its token, and begin their subscriptions anew at once when the service is replaced.
 */
export const defaultRates: RateLimits = {
  operations: 300_000,
  cost: 30_000_000,
  subscriptions: 100_000,
  exports: 600,
};

/** The largest that can be set: no client comes near. */
export const rateMax = 1_000_000_000;

/** Every environment variable of the service, with its default and its meaning. Each is also a flag: HOST is `--host`. */
export const variables = {
  HOST: { fallback: '127.0.0.1', meaning: 'address to listen on' },
  PORT: { fallback: '4000', meaning: 'port to listen on; 0: any free port, which is printed' },
  DATA_DIR: { fallback: './data', meaning: 'folder of the log and the read models; for one process at a time' },
  PERSONAL_KEYS_DIR: {
    fallback: '',
    meaning:
      'folder of the keys with which personal data are sealed in the log, so that they can be erased; none: they are not sealed: see docs/erasure.md',
  },
  EVENT_STORE_URL: {
    fallback: 'sqlite:',
    meaning:
      'which log: "sqlite:", the embedded one in DATA_DIR, or EventStoreDB: esdb://…, esdb+discover://… or kurrentdb://…',
  },
  EVENT_STORE_PREFIX: {
    fallback: '',
    meaning: `begins the name of every stream in EventStoreDB, so that several ledgers can share a server; "${defaultPrefix}" if it is not set`,
  },
  ROLES: {
    fallback: 'receive,query',
    meaning: 'what this process does: take callbacks, answer queries; they can be split with EventStoreDB only',
  },
  SPOOL: {
    fallback: 'on',
    meaning:
      'on: callbacks that EventStoreDB does not take in time are made durable in DATA_DIR and appended later; off: they are refused',
  },
  SPOOL_BYTES_MAX: {
    fallback: String(spoolBounds.bytesMax),
    meaning: 'bytes that may wait in the spool; beyond that, callbacks are refused',
  },
  SPOOL_AGE_MAX_MS: {
    fallback: String(spoolBounds.ageMaxMs),
    meaning: 'milliseconds that the oldest callback may wait in the spool; beyond that, callbacks are refused',
  },
  LIVE_CONNECTIONS_MAX: {
    fallback: String(defaultLiveConnectionsMax),
    meaning:
      'WebSockets and event streams of subscriptions at a time, each 10 to 20 KB of memory; beyond that, they are refused',
  },
  STATISTICS_MAX_MS: {
    fallback: String(statisticsMs.usual),
    meaning: `milliseconds that statistics may take on one of the two threads for them, ${statisticsMs.least} to ${statisticsMs.most}; what needs longer is refused with OPERATION_TIMEOUT`,
  },
  TRUST_PROXY: {
    fallback: '',
    meaning: 'addresses whose X-Forwarded-For and X-Request-Id are trusted, comma-separated',
  },
  CSS_CALLBACK_KEYS: {
    fallback: '',
    meaning: 'callback keys of the templates, comma-separated, each "key" or "domain=key"',
  },
  CSS_CALLBACK_TOKENS: {
    fallback: '',
    meaning:
      'secrets accepted as the last segment of the callback URL, comma-separated (relay callbacks are not signed)',
  },
  CSS_CALLBACK_KEYS_FILE: {
    fallback: '',
    meaning: 'file with the list of CSS_CALLBACK_KEYS; line ends count as commas',
  },
  CSS_CALLBACK_TOKENS_FILE: {
    fallback: '',
    meaning: 'file with the list of CSS_CALLBACK_TOKENS; line ends count as commas',
  },
  API_TOKENS: {
    fallback: '',
    meaning:
      'bearer tokens for GraphQL, comma-separated, each "role=token", "role:name=token" or "role:name:last day=token"; none: open on loopback, closed elsewhere',
  },
  API_TOKENS_FILE: { fallback: '', meaning: 'file with the list of API_TOKENS; line ends count as commas' },
  ACCESS_FILE: {
    fallback: '',
    meaning:
      'JSON file with digests of tokens, beside those of API_TOKENS, and roles of identities: see docs/security.md',
  },
  OIDC_ISSUER: {
    fallback: '',
    meaning: 'URL of an issuer of OpenID Connect whose tokens (JWT) are taken: see docs/security.md',
  },
  OIDC_AUDIENCE: { fallback: '', meaning: 'the audience that its tokens must be for' },
  OIDC_CLIENT_ID: {
    fallback: '',
    meaning:
      'the client of the issuer as which the console signs people in, whose redirect URI ends in /session/callback: see docs/security.md',
  },
  OIDC_CLIENT_SECRET_FILE: { fallback: '', meaning: 'file with the secret of this client; none: it is a public one' },
  API_RATES: {
    fallback: writeRates(defaultRates),
    meaning:
      'what each token, person or address may do in a minute, each "name=number": see docs/security.md; those left out have their defaults',
  },
  STANDBY_TOKENS: {
    fallback: '',
    meaning: 'bearer tokens of standbys, which read the whole log with all secrets, comma-separated; none: nobody does',
  },
  STANDBY_TOKENS_FILE: { fallback: '', meaning: 'file with the list of STANDBY_TOKENS; line ends count as commas' },
  PRIMARY_URL: {
    fallback: '',
    meaning: 'makes this node a standby: the URL of its primary, whose log it copies: see docs/standby.md',
  },
  PRIMARY_TOKEN: { fallback: '', meaning: 'one of the STANDBY_TOKENS of the primary' },
  PRIMARY_TOKEN_FILE: { fallback: '', meaning: 'file with PRIMARY_TOKEN' },
  METRICS_TOKENS: {
    fallback: '',
    meaning: 'bearer tokens for /metrics, comma-separated; none: whoever reaches the port reads them',
  },
  METRICS_TOKENS_FILE: { fallback: '', meaning: 'file with the list of METRICS_TOKENS; line ends count as commas' },
  CSS_CALLBACKS_ALLOW: {
    fallback: '',
    meaning:
      '"unproven": take callbacks from everybody who reaches the port, with neither CSS_CALLBACK_KEYS nor CSS_CALLBACK_TOKENS, where HOST is not loopback or TRUST_PROXY is set',
  },
  FORWARD_TO: {
    fallback: '',
    meaning: 'URLs that every recorded callback is sent on to, comma-separated',
  },
  FORWARD_FILE: {
    fallback: '',
    meaning: 'JSON file with targets that callbacks are sent on to, instead of FORWARD_TO: see docs/forwarding.md',
  },
  FORWARD_ALLOW: {
    fallback: '',
    meaning: 'addresses that targets, of alerts too, may have beside public ones, comma-separated: loopback, private',
  },
  ALERTS_FILE: {
    fallback: '',
    meaning: 'JSON file with rules of alerts and where to send them: see docs/alerts.md',
  },
  CORS_ORIGINS: {
    fallback: '',
    meaning:
      'origins whose web pages may use GraphQL, event streams and WebSockets, comma-separated, such as https://example.com',
  },
  LOG_LEVEL: { fallback: '', meaning: `${logLevels.join(', ')}; "${defaultLogLevel}" if it is not set` },
  LOG_LEVEL_FILE: { fallback: '', meaning: 'file with the level, to change it while the service runs' },
} as const;

export type VariableName = keyof typeof variables;

/** The settings that may be in a file, and that are reloaded while the service runs. */
export const reloadedNames = [
  'CSS_CALLBACK_KEYS',
  'CSS_CALLBACK_TOKENS',
  'METRICS_TOKENS',
  'API_TOKENS',
  'STANDBY_TOKENS',
  'LOG_LEVEL',
] as const;
export type ReloadedName = (typeof reloadedNames)[number];
/** Environment variables by name, of the process or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

const flagOf = (variable: string) => variable.toLowerCase().replaceAll('_', '-');

/** The flags of the commands that work on the service's data. */
export const serviceFlags: Flags = Object.fromEntries(
  Object.entries(variables).map(([variable, { fallback, meaning }]) => [
    flagOf(variable),
    { fallback, meaning, variable, heading: 'Settings of the service:' },
  ]),
);

/** The environment of the process, in which given flags replace their variables. */
export function environmentWith(given: GivenFlags): Environment {
  const environment = { ...process.env };
  for (const name of Object.keys(variables)) {
    const value = given[flagOf(name)];
    if (typeof value === 'string') environment[name] = value;
  }
  return environment;
}

const needsEmbeddedLog = {
  STANDBY_TOKENS: 'is for the embedded log; with EventStoreDB, each query node has a copy',
  STANDBY_TOKENS_FILE: 'is for the embedded log; with EventStoreDB, each query node has a copy',
  PRIMARY_URL: 'is for the embedded log; with EventStoreDB, each query node has a copy',
};

const needsEventStoreDb = {
  EVENT_STORE_PREFIX: 'is for EventStoreDB; the streams of the embedded log need no prefix',
  SPOOL: 'is for EventStoreDB; the embedded log needs no spool',
  SPOOL_BYTES_MAX: 'is for EventStoreDB; the embedded log needs no spool',
  SPOOL_AGE_MAX_MS: 'is for EventStoreDB; the embedded log needs no spool',
};

/** Refused rather than ignored, because they are meant to protect something. */
const notSupported = {
  JWKS_URL: 'the keys of an issuer are found by OIDC_ISSUER; set that',
  FORWARD_WAIT_MS: 'callbacks are answered without waiting for targets; leave it out',
};

export function variablesWithoutEffect(environment: Environment, isEmbedded: boolean): string[] {
  return Object.entries({ ...(isEmbedded ? needsEventStoreDb : needsEmbeddedLog), ...notSupported }).flatMap(
    ([name, why]) => ((environment[name] ?? '').trim() === '' ? [] : [`${name}: ${why}`]),
  );
}

/** As API_RATES has it. */
export function writeRates(rates: RateLimits): string {
  return rateNames.map((name) => `${name}=${rates[name]}`).join(',');
}

/** Reads API_RATES: comma-separated, each `name=number`; those that are left out have their defaults. @throws Error - quotes nothing */
export function parseRates(list: string): RateLimits {
  const given: Partial<Record<RateName, number>> = {};
  for (const [index, entry] of splitList(list).entries()) {
    const [, name = '', number = ''] = /^(\w+)=(\d+)$/.exec(entry) ?? [];
    const limit = Number(number);
    if (!isRate(name) || limit < 1 || limit > rateMax) {
      throw new Error(
        `entry ${index + 1} is not one of ${rateNames.join(', ')} with a number from 1 to ${rateMax}, such as operations=6000`,
      );
    }
    given[name] = limit;
  }
  return { ...defaultRates, ...given };
}

function isRate(name: string): name is RateName {
  return rateNames.includes(name as RateName);
}
