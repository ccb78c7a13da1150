import { isIP } from 'node:net';
import path from 'node:path';
import { describeUnusableDataDir } from './data-dir-check.ts';
import { readSecretFile } from './secret-file.ts';
import {
  defaultPrefix,
  readEventStoreUrl,
  readPrefix,
  readRoles,
  readSpoolAgeMaxMs,
  readSpoolBytesMax,
  readSwitch,
} from './event-store-settings.ts';
import { notServed } from './not-served.ts';
import { splitList } from '../kernel/comma-list.ts';
import { parseCallbackKeys } from '../receiving/callback-keys.ts';
import type { AuthenticitySettings } from '../receiving/authenticity.ts';
import { spoolAgeMaxMs, spoolBytesMax, type SpoolBounds } from '../spool/bounds.ts';
import { parseApiTokens, type ApiAccess, type ApiToken } from '../http/graphql/api-tokens.ts';
import { isLoopback } from '../http/graphql/open-access.ts';
import type { EventStoreChoice, Roles } from '../wiring/node.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null: off. */
  readonly spool: SpoolBounds | null;
  readonly trustProxy: readonly string[];
  readonly authenticity: AuthenticitySettings;
  readonly access: ApiAccess;
  readonly logLevel: LogLevel;
  /** What is not wrong, but hardly meant, in words for the operator. */
  readonly doubts: readonly string[];
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every variable, its default, and what it means: help texts and docs are made from this. */
export const variables = {
  HOST: { fallback: '127.0.0.1', meaning: 'address to listen on' },
  PORT: { fallback: '4000', meaning: 'port to listen on; 0: any free one, which is printed' },
  DATA_DIR: { fallback: './data', meaning: 'folder of the log and the read models; one process at a time' },
  EVENT_STORE_URL: {
    fallback: 'sqlite:',
    meaning:
      'which log: "sqlite:", the embedded one in DATA_DIR, or EventStoreDB: esdb://…, esdb+discover://… or kurrentdb://…',
  },
  EVENT_STORE_PREFIX: {
    fallback: '',
    meaning: `begins the name of every stream in EventStoreDB, so that several ledgers share a server; "${defaultPrefix}" where it is not set`,
  },
  ROLES: {
    fallback: 'receive,query',
    meaning: 'what this process does: take callbacks, answer queries; to be split with EventStoreDB only',
  },
  SPOOL: {
    fallback: 'on',
    meaning:
      'on: callbacks that EventStoreDB does not take in time are made durable in DATA_DIR, and appended later; off: refused',
  },
  SPOOL_BYTES_MAX: {
    fallback: String(spoolBytesMax),
    meaning: 'bytes that may wait there; beyond, callbacks are refused',
  },
  SPOOL_AGE_MAX_MS: {
    fallback: String(spoolAgeMaxMs),
    meaning: 'milliseconds that the oldest may have waited there; beyond, callbacks are refused',
  },
  TRUST_PROXY: {
    fallback: '',
    meaning: 'addresses whose X-Forwarded-For and X-Request-Id are believed, comma-separated',
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
  CSS_CALLBACK_KEYS_FILE: { fallback: '', meaning: 'file that holds CSS_CALLBACK_KEYS; line ends count as commas' },
  CSS_CALLBACK_TOKENS_FILE: { fallback: '', meaning: 'file that holds CSS_CALLBACK_TOKENS; line ends count as commas' },
  API_TOKENS: {
    fallback: '',
    meaning:
      'bearer tokens for GraphQL, comma-separated, each "viewer=token" or "operator=token"; none: open on loopback, closed elsewhere',
  },
  API_TOKENS_FILE: { fallback: '', meaning: 'file that holds API_TOKENS; line ends count as commas' },
  LOG_LEVEL: { fallback: 'info', meaning: logLevels.join(', ') },
} as const;

export type VariableName = keyof typeof variables;

/** Each may stand in a file instead, as containers are given secrets. */
type SecretName = 'CSS_CALLBACK_KEYS' | 'CSS_CALLBACK_TOKENS' | 'API_TOKENS';

/** The settings can't be used; `problems` has a line for each that is wrong. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @throws SettingsInvalid - with all that is wrong, by name, without the values of secrets */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const value = (name: VariableName): string => {
    const given = environment[name]?.trim();
    return given === undefined || given === '' ? variables[name].fallback : given;
  };
  const parse = <Result>(name: VariableName, read: (text: string) => Result, otherwise: Result): Result => {
    try {
      return read(value(name));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return otherwise;
    }
  };
  const parseSecret = <Result>(name: SecretName, read: (text: string) => Result[]): Result[] => {
    const file = value(`${name}_FILE`);
    if (file === '') return parse(name, read, []);
    return parse(
      `${name}_FILE`,
      () => {
        if (value(name) !== '') throw new Error(`is set beside ${name}; set one of them`);
        return read(readSecretFile(file));
      },
      [],
    );
  };
  const host = value('HOST');
  const apiTokens = parseSecret('API_TOKENS', parseApiTokens);
  const tokens = parseSecret('CSS_CALLBACK_TOKENS', readUrlTokens);
  const url = parse('EVENT_STORE_URL', readEventStoreUrl, '');
  const roles = parse('ROLES', readRoles, { receive: true, query: true });
  if (url === null && !(roles.receive && roles.query)) {
    problems.push(
      'ROLES: the embedded log belongs to one process, which needs both roles; leave it out, or set EVENT_STORE_URL to EventStoreDB',
    );
  }
  const prefix = url === null ? '' : parse('EVENT_STORE_PREFIX', (text) => readPrefix(text || defaultPrefix), '');
  const spool = readSpool(url === null, parse);
  const settings: Settings = {
    host,
    port: parse('PORT', readPort, 0),
    dataDir: parse('DATA_DIR', readDataDir, ''),
    eventStore: url === null ? { kind: 'sqlite' } : { kind: 'eventstoredb', url, prefix },
    roles,
    spool,
    trustProxy: parse('TRUST_PROXY', readAddresses, []),
    authenticity: { keys: parseSecret('CSS_CALLBACK_KEYS', parseCallbackKeys), tokens },
    access:
      apiTokens.length > 0 ? { mode: 'tokens', tokens: apiTokens } : { mode: isLoopback(host) ? 'open' : 'closed' },
    logLevel: parse('LOG_LEVEL', readLogLevel, 'info'),
    doubts: doubtsOf(tokens, apiTokens),
  };
  problems.push(...notServed(environment, url === null ? 'sqlite' : 'eventstoredb'));
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return settings;
}

function readSpool(
  isEmbedded: boolean,
  parse: <Result>(name: VariableName, read: (text: string) => Result, otherwise: Result) => Result,
): SpoolBounds | null {
  if (isEmbedded) return null;
  const isOn = parse('SPOOL', readSwitch, false);
  const bytesMax = parse('SPOOL_BYTES_MAX', readSpoolBytesMax, 0);
  const ageMaxMs = parse('SPOOL_AGE_MAX_MS', readSpoolAgeMaxMs, 0);
  return isOn ? { bytesMax, ageMaxMs } : null;
}

function doubtsOf(callbackTokens: readonly string[], apiTokens: readonly ApiToken[]): string[] {
  const doubts: string[] = [];
  if (apiTokens.some(({ token }) => callbackTokens.includes(token))) {
    doubts.push(
      'A token stands in CSS_CALLBACK_TOKENS and in API_TOKENS: URLs are often logged on their way, so whoever reads such a log may ask GraphQL.',
    );
  }
  for (const [name, list] of [
    ['CSS_CALLBACK_TOKENS', callbackTokens],
    ['API_TOKENS', apiTokens.map(({ token }) => token)],
  ] as const) {
    if (new Set(list).size < list.length) doubts.push(`${name} has an entry twice: was another one meant?`);
  }
  return doubts;
}

function readDataDir(text: string): string {
  const dataDir = path.resolve(text);
  const problem = describeUnusableDataDir(dataDir);
  if (problem !== null) throw new Error(problem);
  return dataDir;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new Error('must be a number from 0 to 65535');
  return port;
}

function readAddresses(list: string): string[] {
  return splitList(list).map((entry, index) => {
    const [address = '', prefix] = entry.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (isIP(address) === 0 || !prefixFits)
      throw new Error(`entry ${index + 1} is neither an address nor address/prefix`);
    return entry;
  });
}

/** Characters that a URL's last segment carries as they are, so that what is set is what is compared. */
export function readUrlTokens(list: string): string[] {
  return splitList(list).map((token, index) => {
    if (!/^[\w.~-]{16,256}$/.test(token)) {
      throw new Error(`entry ${index + 1} must have 16 to 256 characters from A-Z a-z 0-9 . _ ~ -`);
    }
    return token;
  });
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new Error(`must be one of ${logLevels.join(', ')}`);
  return level;
}
