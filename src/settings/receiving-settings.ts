import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { checkConnectionString, createStreamNames } from '../log/eventstoredb/settings.ts';
import type { SpoolBounds } from '../log/spool/spool.ts';
import type { PrimarySettings } from '../log/primary/primary-source.ts';
import type { EventStoreChoice, Roles } from '../node/data-dir.ts';
import { wasPromoted } from '../node/standby.ts';
import { isLoopback } from '../connections/request-reading.ts';
import type { MetricsAccess } from '../recorder/probes.ts';
import { parseCallbackKeys, type AuthenticitySettings } from '../recorder/authenticity.ts';
import { SettingsReader, splitList } from './settings-reader.ts';
import {
  defaultLogLevel,
  defaultPrefix,
  logLevels,
  variables,
  type Environment,
  type LogLevel,
  type ReloadedName,
  type VariableName,
} from './variables.ts';

/** The settings of taking callbacks that are read again while the service runs. */
export interface ReloadedReceivingSettings {
  readonly authenticity: AuthenticitySettings;
  /** Read for each scrape. */
  readonly metricsAccess: MetricsAccess;
  readonly logLevel: LogLevel;
}

/** The settings of the recorder: all that taking callbacks needs, and nothing of what answers questions. */
export interface ReceivingSettings extends ReloadedReceivingSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: personal data are not sealed. */
  readonly personalKeysDir: string | null;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null if it is off, and with the embedded log. */
  readonly spool: SpoolBounds | null;
  readonly trustProxy: readonly string[];
}

/** Reads the variables of the service, and collects what is wrong with them. */
export type Reader = SettingsReader<VariableName>;

/**
 * Reads and checks the settings of the recorder.
 * @throws SettingsInvalid - what is wrong with them, by the name of the variable, without the values of secrets
 */
export function readReceivingSettings(environment: Environment): ReceivingSettings {
  const reader = readerOf(environment);
  const settings = { ...readReloadedReceiving(reader), ...readReceiving(reader, parseDataDir) };
  reader.assertValid();
  return settings;
}

/** @throws SettingsInvalid - as `readReceivingSettings` does, about these settings */
export function readReloadedReceivingSettings(environment: Environment): ReloadedReceivingSettings {
  const reader = readerOf(environment);
  const settings = readReloadedReceiving(reader);
  reader.assertValid();
  return settings;
}

/** Reads settings from an environment, with their defaults. */
export function readerOf(environment: Environment): Reader {
  return new SettingsReader((name) => {
    const given = environment[name]?.trim() ?? '';
    return given === '' ? variables[name].fallback : given;
  });
}

/** Reads a setting that is a list, or in a file, and may change while the service runs. */
export function readReloadedList<Value>(
  reader: Reader,
  name: ReloadedName,
  parse: (text: string) => Value,
  otherwise: Value,
): Value {
  return reader.readList({ name, fileName: `${name}_FILE` }, parse, otherwise);
}

/** By what others than this machine itself reach the service, as half a sentence; null: they do not. */
export function reachedFromElsewhereBy({ textOf }: Reader): string | null {
  if (!isLoopback(textOf('HOST'))) return 'HOST is not loopback';
  return textOf('TRUST_PROXY') === '' ? null : 'TRUST_PROXY lets others through';
}

/** Adds every problem to the reader. */
export function readReloadedReceiving(reader: Reader): ReloadedReceivingSettings {
  const tokens = readReloadedList(reader, 'CSS_CALLBACK_TOKENS', parseUrlTokens, null);
  const keys = readReloadedList(reader, 'CSS_CALLBACK_KEYS', parseCallbackKeys, null);
  const parseLevel = (text: string) => parseLogLevel(splitList(text).join() || defaultLogLevel);
  const isUnproven = keys?.length === 0 && tokens?.length === 0 && reader.textOf('ROLES').includes('receive');
  const isAllowed = reader.read('CSS_CALLBACKS_ALLOW', parseAllowedCallbacks, true);
  const reachedBy = reachedFromElsewhereBy(reader);
  if (isUnproven && reachedBy !== null && !isAllowed) {
    reader.addProblems([
      `CSS_CALLBACK_TOKENS: neither it nor CSS_CALLBACK_KEYS is set, and ${reachedBy}, so that anybody could write into the record; set one of them, or CSS_CALLBACKS_ALLOW to "unproven"`,
    ]);
  }
  const isLocal = isLoopback(reader.textOf('HOST'));
  return {
    authenticity: { keys: keys ?? [], tokens: tokens ?? [] },
    metricsAccess: { isLocal, tokens: readReloadedList(reader, 'METRICS_TOKENS', parseMetricsTokens, []) },
    logLevel: readReloadedList(reader, 'LOG_LEVEL', parseLevel, 'info'),
  };
}

/** Adds every problem to the reader. */
export function readReceiving(
  reader: Reader,
  parseFolder: (text: string) => string,
): Omit<ReceivingSettings, keyof ReloadedReceivingSettings> {
  const url = reader.read('EVENT_STORE_URL', parseEventStoreUrl, '');
  const roles = reader.read('ROLES', parseRoles, { receive: true, query: true });
  if (url === null && !(roles.receive && roles.query)) {
    reader.addProblems([
      'ROLES: the embedded log belongs to one node, which needs both roles; leave it out, or set EVENT_STORE_URL to EventStoreDB',
    ]);
  }
  const prefix =
    url === null ? '' : reader.read('EVENT_STORE_PREFIX', (text) => parsePrefix(text || defaultPrefix), '');
  const dataDir = reader.read('DATA_DIR', parseFolder, '');
  const primary = url === null ? readPrimary(reader) : null;
  const isStandby = primary !== null && !wasPromoted(dataDir, primary.url);
  const embedded: EventStoreChoice = isStandby ? { kind: 'primary', ...primary } : { kind: 'sqlite' };
  return {
    host: reader.textOf('HOST'),
    eventStore: url === null ? embedded : { kind: 'eventstoredb', url, prefix },
    roles: isStandby ? { receive: false, query: true } : roles,
    spool: url === null ? null : readSpool(reader),
    port: reader.read('PORT', parsePort, 0),
    dataDir,
    personalKeysDir: reader.read('PERSONAL_KEYS_DIR', (text) => (text === '' ? null : parseFolder(text)), null),
    trustProxy: reader.read('TRUST_PROXY', parseAddresses, []),
  };
}

/** Null without PRIMARY_URL. */
function readPrimary(reader: Reader): PrimarySettings | null {
  if (reader.textOf('PRIMARY_URL') === '') return null;
  const names = { name: 'PRIMARY_TOKEN', fileName: 'PRIMARY_TOKEN_FILE' } as const;
  const [token = '', ...others] = reader.readList(names, (text) => parseMetricsTokens(text), ['']);
  if (token === '' || others.length > 0) {
    reader.addProblems(['PRIMARY_TOKEN: must be one of the STANDBY_TOKENS of the primary, which PRIMARY_URL names']);
  }
  return { url: reader.read('PRIMARY_URL', parsePrimaryUrl, ''), token };
}

/** The log is read by it, with all secrets. */
function parsePrimaryUrl(text: string): string {
  const isUrl = /^https?:\/\/[^?#@]+$/.test(text) && URL.canParse(text);
  const { protocol, hostname } = isUrl ? new URL(text) : { protocol: '', hostname: '' };
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return text.replace(/\/+$/, '');
  throw new Error(
    'must be a URL with https://, or with http:// of this machine, as of a tunnel, and have neither a login, a query nor a fragment',
  );
}

function readSpool(reader: Reader): SpoolBounds | null {
  const isOn = reader.read('SPOOL', parseSwitch, false);
  const bytesMax = reader.read('SPOOL_BYTES_MAX', parseAtLeast(spoolBytesMin, 'bytes'), 0);
  const ageMaxMs = reader.read('SPOOL_AGE_MAX_MS', parseAtLeast(spoolAgeMinMs, 'milliseconds'), 0);
  return isOn ? { bytesMax, ageMaxMs } : null;
}

// Each parser takes the text of one setting, and throws an Error that says what is wrong without quoting it.

/** Minima of the spool's bounds. A single callback, or a short restart of the server, would fill less. */
const spoolBytesMin = 1024 * 1024;
const spoolAgeMinMs = 60_000;

/** Returns the absolute path of a folder that this user may write to, or could create. Creates nothing. */
export const parseDataDir = (text: string): string =>
  parseFolder(text, constants.R_OK | constants.W_OK | constants.X_OK);

/** The same for a command that only reads, for example a backup on a read-only disk. */
export const parseDataDirToRead = (text: string): string => parseFolder(text, constants.R_OK | constants.X_OK);

function parseFolder(text: string, rights: number): string {
  const dataDir = path.resolve(text);
  let nearest = dataDir;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  const subject = nearest === dataDir ? 'it' : `${nearest}, in which it would be created,`;
  if (!statSync(nearest).isDirectory()) throw new Error(`${subject} is not a folder`);
  try {
    accessSync(nearest, rights);
  } catch (error) {
    const isOfDisk = (error as NodeJS.ErrnoException).code === 'EROFS';
    const why = isOfDisk
      ? 'is on a disk that can only be read, as after an error of the disk: see the log of the operating system'
      : `can not be read${rights & constants.W_OK ? ' and written' : ''} by this user`;
    throw new Error(`${subject} ${why}`, { cause: error });
  }
  return dataDir;
}

/** Returns the connection string for the client, or null for the embedded log. `kurrentdb://` is the same protocol as `esdb://`. */
function parseEventStoreUrl(text: string): string | null {
  if (text === 'sqlite:') return null;
  const url = text.replace(/^kurrentdb(\+discover)?:\/\//, 'esdb$1://');
  if (!/^esdb(\+discover)?:\/\//.test(url)) {
    throw new Error(
      'must be "sqlite:", or begin with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://',
    );
  }
  withoutName('EVENT_STORE_URL', () => checkConnectionString(url));
  return url;
}

function parsePrefix(text: string): string {
  withoutName('EVENT_STORE_PREFIX', () => createStreamNames(text));
  return text;
}

/** Messages of the event store are whole sentences; here they come after the name of the setting. */
function withoutName(name: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message.replace(`${name} `, '').replace(/\.$/, ''), { cause: error });
  }
}

function parseRoles(text: string): Roles {
  const roles = splitList(text);
  if (roles.length === 0 || roles.some((role) => role !== 'receive' && role !== 'query')) {
    throw new Error('must be "receive", "query", or "receive,query"');
  }
  return { receive: roles.includes('receive'), query: roles.includes('query') };
}

function parseSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error('must be "on" or "off"');
  return text === 'on';
}

/** A whole number of a unit, such as bytes. */
export function parseAtLeast(min: number, unit: string): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(number >= min)) throw new Error(`must be a whole number of ${unit}, ${min} or more`);
    return number;
  };
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new Error('must be a number from 0 to 65535');
  return port;
}

function parseAddresses(list: string): string[] {
  return splitList(list).map((entry, index) => {
    const [address = '', prefix] = entry.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (isIP(address) === 0 || !prefixFits)
      throw new Error(`entry ${index + 1} is neither an address nor address/prefix`);
    return entry;
  });
}

/** Takes only characters that a URL carries unescaped, so that tokens can be compared as they are set. */
export function parseUrlTokens(list: string): string[] {
  return splitList(list).map((token, index) => {
    if (!/^[\w.~-]{16,256}$/.test(token)) {
      throw new Error(`entry ${index + 1} must have 16 to 256 characters from A-Z a-z 0-9 . _ ~ -`);
    }
    return token;
  });
}

function parseAllowedCallbacks(text: string): boolean {
  if (text !== '' && text !== 'unproven') throw new Error('must be "unproven", or not set');
  return text !== '';
}

/** Tokens that no one guesses. */
export function parseMetricsTokens(list: string): string[] {
  return splitList(list).map((token, index) => {
    if (token.length < metricsTokenCharactersMin) {
      throw new Error(`entry ${index + 1} has fewer than ${metricsTokenCharactersMin} characters`);
    }
    return token;
  });
}

/** Characters of a token of METRICS_TOKENS: as of those for GraphQL. */
const metricsTokenCharactersMin = 20;

function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new Error(`must be one of ${logLevels.join(', ')}`);
  return level;
}
