import { createHash } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isIP } from 'node:net';
import type { BodyFilter } from '../callbacks/body-filter.ts';
import { isJsonObject, type JsonObject } from '../callbacks/json-object.ts';
import { splitList } from '../settings/settings-reader.ts';
import { isAllowedAddress, type AllowedAddresses } from './post.ts';
import { defaultsOfTarget, type ForwardTarget } from './target.ts';

/** Targets of one node. At 100 callbacks a second, each for one target, this many cost a tenth of a core, and each has 18 metrics. */
const targetsMax = 256;

const concurrencyMax = 256;
const perSecondMax = 10_000;

/** Milliseconds. Less than a minute would give up when the target restarts; nobody waits for more than 30 days. */
const giveUpAfterMsMin = 60_000;
const giveUpAfterMsMax = 30 * 24 * 3_600_000;

/** Entries of a list of a filter. */
const filterEntriesMax = 1_000;

const namePattern = /^[\w.-]{1,64}$/;

/** Targets as far as they could be read, and their problems: without values, which may be secrets. */
export interface ReadTargets {
  readonly targets: readonly ForwardTarget[];
  readonly problems: readonly string[];
}

/** Reads FORWARD_TO. The name of a target is its host with a digest of its URL: paths and queries may be secrets. */
export function readForwardTo(list: string, allowed: AllowedAddresses): ReadTargets {
  return readAll(
    splitList(list).map((url) => ({ url })),
    (index) => `FORWARD_TO: entry ${index + 1}`,
    allowed,
  );
}

/** Reads targets from JSON. Every problem of every target is collected; an unknown key is one, because it would silently do nothing. */
export function readForwardFile(text: string, allowed: AllowedAddresses): ReadTargets {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { targets: [], problems: ['FORWARD_FILE: the file is not JSON'] };
  }
  if (!isJsonObject(file) || !Array.isArray(file['targets'])) {
    return { targets: [], problems: ['FORWARD_FILE: the file must be an object with a list "targets"'] };
  }
  const { targets, problems } = readAll(file['targets'], (index) => `FORWARD_FILE: target ${index + 1}`, allowed);
  return { targets, problems: [...unknownKeys(file, ['targets'], 'FORWARD_FILE'), ...problems] };
}

/** Reads FORWARD_ALLOW. @throws Error - what is wrong, without the name of the setting */
export function readAllowedAddresses(list: string): AllowedAddresses {
  const entries = splitList(list);
  if (entries.some((entry) => entry !== 'loopback' && entry !== 'private')) {
    throw new Error('must be "loopback", "private", or "loopback,private"');
  }
  return { loopback: entries.includes('loopback'), private: entries.includes('private') };
}

function readAll(
  given: readonly unknown[],
  labelOf: (index: number) => string,
  allowed: AllowedAddresses,
): ReadTargets {
  if (given.length > targetsMax)
    return { targets: [], problems: [`${labelOf(targetsMax)}: only ${targetsMax} targets are possible`] };
  const problems: string[] = [];
  const names = new Set<string>();
  const targets = given.map((one, index) => {
    const target = readTarget(one, { label: labelOf(index), problems, allowed });
    if (names.has(target.name)) problems.push(`${labelOf(index)}: another target has its name`);
    if (target.name !== '') names.add(target.name);
    return target;
  });
  return { targets, problems };
}

/** How the settings of a target are read. */
export interface TargetReading {
  /** Names what is read, in problems. */
  readonly label: string;
  readonly problems: string[];
  readonly allowed: AllowedAddresses;
}

const keysOfTarget = [
  'name',
  'url',
  'filter',
  'headers',
  'signingKey',
  'concurrency',
  'perSecond',
  'giveUpAfterMs',
  'ordered',
];

function readTarget(given: unknown, reading: TargetReading): ForwardTarget {
  const { label, problems } = reading;
  const object = isJsonObject(given) ? given : {};
  if (!isJsonObject(given)) problems.push(`${label}: must be an object`);
  problems.push(...unknownKeys(object, keysOfTarget, label));
  const url = isJsonObject(given) ? readUrl(object['url'], reading) : null;
  const { name = url === null ? '' : nameOf(url), signingKey = null, ordered = defaultsOfTarget.isOrdered } = object;
  if (typeof name !== 'string' || (name !== '' && !namePattern.test(name)) || object['name'] === '') {
    problems.push(`${label}: "name" must have 1 to 64 characters from A-Z a-z 0-9 . _ -`);
  }
  if (signingKey !== null && (typeof signingKey !== 'string' || signingKey === '')) {
    problems.push(`${label}: "signingKey" must be a text that is not empty`);
  }
  if (typeof ordered !== 'boolean') problems.push(`${label}: "ordered" must be true or false`);
  const wholeNumber = (key: string, bounds: readonly [number, number]) => {
    const value = object[key];
    if (value === undefined) return null;
    if (Number.isInteger(value) && Number(value) >= bounds[0] && Number(value) <= bounds[1]) return Number(value);
    problems.push(`${label}: "${key}" must be a whole number from ${bounds[0]} to ${bounds[1]}`);
    return null;
  };
  return {
    name: typeof name === 'string' ? name : '',
    url: url?.href ?? '',
    filter: readFilter(object['filter'], reading),
    headers: readHeaders(object['headers'], reading),
    signingKey: typeof signingKey === 'string' ? signingKey : null,
    concurrency: wholeNumber('concurrency', [1, concurrencyMax]) ?? defaultsOfTarget.concurrency,
    perSecond: wholeNumber('perSecond', [1, perSecondMax]) ?? defaultsOfTarget.perSecond,
    giveUpAfterMs: wholeNumber('giveUpAfterMs', [giveUpAfterMsMin, giveUpAfterMsMax]) ?? defaultsOfTarget.giveUpAfterMs,
    isOrdered: ordered !== false,
  };
}

/** Null if the URL of a target cannot be used. */
export function readUrl(given: unknown, { label, problems, allowed }: TargetReading): URL | null {
  const problem = (what: string) => {
    problems.push(`${label}: ${what}`);
    return null;
  };
  if (typeof given !== 'string' || !URL.canParse(given)) return problem('"url" must be a URL');
  const url = new URL(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return problem('"url" must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') return problem('"url" must have no login; set a header instead');
  // Each attempt would refuse `localhost`, like any name with such an address, so it is refused at the start.
  const address = /^(.+\.)?localhost\.?$/.test(url.hostname) ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !isAllowedAddress(address, allowed)) {
    return problem('the address in "url" is not public, and FORWARD_ALLOW does not allow it');
  }
  return url;
}

function nameOf({ host, href }: URL): string {
  const digest = createHash('sha256').update(href).digest('hex').slice(0, 8);
  return `${host.replace(/[^\w.-]/g, '_').slice(0, 50)}-${digest}`;
}

/** Headers that the sender sets, or HTTP itself. */
const headersOfOurs = [
  'content-type',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'host',
  'expect',
  'upgrade',
  'live-ledger-event-id',
];

/** The headers of a target that may be set, in lower case. */
export function readHeaders(given: unknown, { label, problems }: TargetReading): Record<string, string> {
  if (given === undefined) return {};
  if (!isJsonObject(given)) {
    problems.push(`${label}: "headers" must be an object`);
    return {};
  }
  const headers: Record<string, string> = {};
  for (const [index, [name, value]] of Object.entries(given).entries()) {
    if (isHeader(name, value) && !headersOfOurs.includes(name.toLowerCase()))
      headers[name.toLowerCase()] = value as string;
    else problems.push(`${label}: entry ${index + 1} of "headers" is not a header that can be set`);
  }
  return headers;
}

function isHeader(name: string, value: unknown): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
}

function readFilter(given: unknown, { label, problems }: TargetReading): BodyFilter | null {
  if (given === undefined) return null;
  if (!isJsonObject(given)) {
    problems.push(`${label}: "filter" must be an object`);
    return null;
  }
  problems.push(...unknownKeys(given, ['eventTypes', 'domains', 'paths'], `${label}: "filter"`));
  const list = <Entry>(key: string, isEntry: (entry: unknown) => entry is Entry): Entry[] | null => {
    const value = given[key];
    if (value === undefined) return null;
    if (Array.isArray(value) && value.length > 0 && value.length <= filterEntriesMax && value.every(isEntry))
      return value;
    problems.push(
      `${label}: "filter": "${key}" must be a list of 1 to ${filterEntriesMax} ${key === 'eventTypes' ? 'numbers' : 'texts'}`,
    );
    return null;
  };
  const isText = (entry: unknown): entry is string => typeof entry === 'string' && entry !== '';
  return {
    eventTypes: list('eventTypes', (entry): entry is number => Number.isInteger(entry)),
    domains: list('domains', isText)?.map((domain) => domain.toLowerCase()) ?? null,
    paths: list('paths', isText),
  };
}

/** A misspelt key would silently do nothing. It is named, unless it is so long that it may be a value. */
function unknownKeys(object: JsonObject, known: readonly string[], label: string): string[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map(
      (key) =>
        `${label}: ${/^[a-z]{1,32}$/i.test(key) ? `"${key}" is` : 'a key is'} unknown; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`,
    );
}
