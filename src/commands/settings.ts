import { isIP } from 'node:net';
import path from 'node:path';
import { parseCallbackKeys, splitList } from '../callbacks/callback-keys.ts';
import type { AuthenticitySettings } from '../callbacks/authenticity.ts';
import { parseApiTokens, type ApiAccess } from '../http/api-tokens.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly trustProxy: readonly string[];
  readonly authenticity: AuthenticitySettings;
  readonly access: ApiAccess;
  readonly logLevel: LogLevel;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every variable, its default, and what it means: help texts and docs are made from this. */
export const variables = {
  HOST: { fallback: '127.0.0.1', meaning: 'address to listen on' },
  PORT: { fallback: '4000', meaning: 'port to listen on; 0: any free one, which is printed' },
  DATA_DIR: { fallback: './data', meaning: 'folder of the log and the read models; one process at a time' },
  TRUST_PROXY: { fallback: '', meaning: 'addresses whose X-Forwarded-For is believed, comma-separated' },
  CSS_CALLBACK_KEYS: {
    fallback: '',
    meaning: 'callback keys of the templates, comma-separated, each "key" or "domain=key"',
  },
  CSS_CALLBACK_TOKENS: {
    fallback: '',
    meaning:
      'secrets accepted as the last segment of the callback URL, comma-separated (relay callbacks are not signed)',
  },
  API_TOKENS: {
    fallback: '',
    meaning:
      'bearer tokens for GraphQL, comma-separated, each "viewer=token" or "operator=token"; none: open on loopback, closed elsewhere',
  },
  LOG_LEVEL: { fallback: 'info', meaning: logLevels.join(', ') },
} as const;

export type VariableName = keyof typeof variables;

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
  const host = value('HOST');
  const tokens = parse('API_TOKENS', parseApiTokens, []);
  const settings: Settings = {
    host,
    port: parse('PORT', readPort, 0),
    dataDir: path.resolve(value('DATA_DIR')),
    trustProxy: parse('TRUST_PROXY', readAddresses, []),
    authenticity: {
      keys: parse('CSS_CALLBACK_KEYS', parseCallbackKeys, []),
      tokens: parse('CSS_CALLBACK_TOKENS', readUrlTokens, []),
    },
    access: tokens.length > 0 ? { mode: 'tokens', tokens } : { mode: isLoopback(host) ? 'open' : 'closed' },
    logLevel: parse('LOG_LEVEL', readLogLevel, 'info'),
  };
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return settings;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
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
function readUrlTokens(list: string): string[] {
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
