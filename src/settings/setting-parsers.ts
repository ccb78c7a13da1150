import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { checkConnectionString, createStreamNames } from '../log/eventstoredb/settings.ts';
import { splitList } from './settings-reader.ts';
import type { Roles } from '../node/data-dir.ts';
import { logLevels, type LogLevel } from './variables.ts';

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
export function parseEventStoreUrl(text: string): string | null {
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

export function parsePrefix(text: string): string {
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

export function parseRoles(text: string): Roles {
  const roles = splitList(text);
  if (roles.length === 0 || roles.some((role) => role !== 'receive' && role !== 'query')) {
    throw new Error('must be "receive", "query", or "receive,query"');
  }
  return { receive: roles.includes('receive'), query: roles.includes('query') };
}

export function parseSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error('must be "on" or "off"');
  return text === 'on';
}

export const parseSpoolBytesMax = (text: string): number => parseInteger(text, spoolBytesMin, 'bytes');
export const parseSpoolAgeMaxMs = (text: string): number => parseInteger(text, spoolAgeMinMs, 'milliseconds');

export const parseLiveConnectionsMax = (text: string): number => parseInteger(text, 1, 'connections');

function parseInteger(text: string, min: number, unit: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= min)) throw new Error(`must be a whole number of ${unit}, ${min} or more`);
  return number;
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new Error('must be a number from 0 to 65535');
  return port;
}

export function parseAddresses(list: string): string[] {
  return splitList(list).map((entry, index) => {
    const [address = '', prefix] = entry.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (isIP(address) === 0 || !prefixFits)
      throw new Error(`entry ${index + 1} is neither an address nor address/prefix`);
    return entry;
  });
}

/** Takes origins only as browsers send them, so that they can be compared as they are set. */
export function parseOrigins(list: string): string[] {
  return splitList(list).map((entry, index) => {
    if (entry === '*') throw new Error(`entry ${index + 1} is *, every page of the internet: name the origins`);
    const isOrigin = /^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry;
    if (!isOrigin) {
      throw new Error(
        `entry ${index + 1} is not an origin as browsers send it, such as https://example.com or http://localhost:3000: in lower case, with neither a path nor a slash at the end`,
      );
    }
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

export function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new Error(`must be one of ${logLevels.join(', ')}`);
  return level;
}
