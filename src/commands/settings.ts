import { isIP } from 'node:net';
import path from 'node:path';
import { describeUnusableDataDir } from './data-dir-check.ts';
import { readSecretFile } from './secret-file.ts';
import { notServed, readEventStoreUrl, readRoles } from './not-served.ts';
import { parseCallbackKeys, splitList } from '../callbacks/callback-keys.ts';
import type { AuthenticitySettings } from '../callbacks/authenticity.ts';
import { parseApiTokens, type ApiAccess, type ApiToken } from '../http/api-tokens.ts';
import { isLoopback } from '../http/loopback.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
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
  EVENT_STORE_URL: { fallback: 'sqlite:', meaning: 'which log: "sqlite:", the embedded one in DATA_DIR' },
  ROLES: { fallback: 'receive,query', meaning: 'what this process does; the embedded log needs both' },
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
  parse('EVENT_STORE_URL', readEventStoreUrl, undefined);
  parse('ROLES', readRoles, undefined);
  const settings: Settings = {
    host,
    port: parse('PORT', readPort, 0),
    dataDir: parse('DATA_DIR', readDataDir, ''),
    trustProxy: parse('TRUST_PROXY', readAddresses, []),
    authenticity: { keys: parseSecret('CSS_CALLBACK_KEYS', parseCallbackKeys), tokens },
    access:
      apiTokens.length > 0 ? { mode: 'tokens', tokens: apiTokens } : { mode: isLoopback(host) ? 'open' : 'closed' },
    logLevel: parse('LOG_LEVEL', readLogLevel, 'info'),
    doubts: doubtsOf(tokens, apiTokens),
  };
  problems.push(...notServed(environment));
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return settings;
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
