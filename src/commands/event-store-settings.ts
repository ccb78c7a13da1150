import { splitList } from '../kernel/comma-list.ts';
import { checkConnectionString } from '../event-store/eventstoredb/client/connection-string.ts';
import { createStreamNames } from '../event-store/eventstoredb/client/stream-names.ts';
import type { Roles } from '../wiring/node.ts';

/** The prefix where none is set: a server may hold more than this ledger. */
export const defaultPrefix = 'live_ledger';

/** Least values of the spool's bounds: below, a single callback, or a short restart of the server, would reach them. */
const spoolBytesLeast = 1024 * 1024;
const spoolAgeMsLeast = 60_000;

/**
 * The connection string for the client; null for the embedded log. `kurrentdb://` is another name of the same protocol.
 * @throws Error - says what is wrong with it; never what it holds, which may be a password
 */
export function readEventStoreUrl(text: string): string | null {
  if (text === 'sqlite:') return null;
  const url = text.replace(/^kurrentdb(\+discover)?:\/\//, 'esdb$1://');
  if (!/^esdb(\+discover)?:\/\//.test(url)) {
    throw new Error(
      'must be "sqlite:", or begin with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://',
    );
  }
  try {
    checkConnectionString(url);
  } catch (error) {
    throw new Error((error as Error).message.replace(/^EVENT_STORE_URL |\.$/g, ''), { cause: error });
  }
  return url;
}

/** @throws Error - it can't begin the names of streams */
export function readPrefix(text: string): string {
  try {
    createStreamNames(text);
  } catch (error) {
    throw new Error((error as Error).message.replace(/^EVENT_STORE_PREFIX |\.$/g, ''), { cause: error });
  }
  return text;
}

/** @throws Error - there are no such roles */
export function readRoles(text: string): Roles {
  const roles = splitList(text);
  if (roles.length === 0 || roles.some((role) => role !== 'receive' && role !== 'query')) {
    throw new Error('must be "receive", "query", or "receive,query"');
  }
  return { receive: roles.includes('receive'), query: roles.includes('query') };
}

/** @throws Error - neither on nor off */
export function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error('must be "on" or "off"');
  return text === 'on';
}

export const readSpoolBytesMax = (text: string): number => readWhole(text, spoolBytesLeast, 'bytes');
export const readSpoolAgeMaxMs = (text: string): number => readWhole(text, spoolAgeMsLeast, 'milliseconds');

function readWhole(text: string, least: number, unit: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= least)) throw new Error(`must be a whole number of ${unit}, ${least} or more`);
  return number;
}
