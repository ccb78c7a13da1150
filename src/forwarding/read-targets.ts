import { createHash } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isIP } from 'node:net';
import * as z from 'zod';
import {
  list,
  object,
  readJson,
  readPart,
  settingName,
  trueOrFalse,
  wholeNumber,
  withLines,
} from '../settings/json-settings.ts';
import { splitList } from '../settings/settings-reader.ts';
import { isAllowedAddress, type AllowedAddresses } from './post.ts';
import type { ForwardTarget } from './target.ts';

/** Targets of one node. At 100 callbacks a second, each for one target, this many cost a tenth of a core, and each has 18 metrics. */
const targetsMax = 256;

const concurrencyMax = 256;
const perSecondMax = 10_000;

/** Milliseconds. Less than a minute would give up when the target restarts; nobody waits for more than 30 days. */
const giveUpAfterMsMin = 60_000;
const giveUpAfterMsMax = 30 * 24 * 3_600_000;

/** Entries of a list of a filter. */
const filterEntriesMax = 1_000;

/** Where requests are sent to. */
export const targetUrl = (given: z.ZodString, allowed: AllowedAddresses) =>
  given.transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const problem = url === null ? 'must be a URL' : problemOfUrl(url, allowed);
    if (url !== null && problem === null) return url;
    context.addIssue(problem ?? '');
    return z.NEVER;
  });

function problemOfUrl({ protocol, username, password, hostname }: URL, allowed: AllowedAddresses): string | null {
  if (protocol !== 'http:' && protocol !== 'https:') return 'must begin with http:// or https://';
  if (username !== '' || password !== '') return 'must have no login; set a header instead';
  // Each attempt would refuse `localhost`, like any name with such an address, so it is refused at the start.
  const address = /^(.+\.)?localhost\.?$/.test(hostname) ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0 || isAllowedAddress(address, allowed)) return null;
  return 'has an address that is not public, and FORWARD_ALLOW does not allow it';
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
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
];

/** Further headers of requests, in lower case. */
export const targetHeaders = z
  .record(z.string(), z.unknown(), 'must be an object')
  .transform((given, context) => {
    const headers: Record<string, string> = {};
    for (const [index, [name, value]] of Object.entries(given).entries()) {
      if (isHeader(name, value) && !headersOfOurs.includes(name.toLowerCase())) headers[name.toLowerCase()] = value;
      else context.addIssue(`entry ${index + 1} is not a header that can be set`);
    }
    return headers;
  })
  .default({});

function isHeader(name: string, value: unknown): value is string {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
}

const notEmpty = z.string('must be a text').min(1, 'must not be empty');

const filter = object({
  eventTypes: list(z.int('must be a whole number'), filterEntriesMax).optional(),
  domains: list(notEmpty, filterEntriesMax).optional(),
  paths: list(notEmpty, filterEntriesMax).optional(),
}).transform(({ eventTypes = null, domains, paths = null }) => ({
  eventTypes,
  domains: domains?.map((domain) => domain.toLowerCase()) ?? null,
  paths,
}));

const url = (allowed: AllowedAddresses) => targetUrl(z.string('must be a URL'), allowed);

/** A target of the file. */
const targetOf = (allowed: AllowedAddresses) =>
  object({
    name: settingName.optional(),
    url: url(allowed),
    filter: filter.optional(),
    headers: targetHeaders,
    signingKey: notEmpty.nullable().default(null),
    concurrency: wholeNumber(1, concurrencyMax).default(16),
    perSecond: wholeNumber(1, perSecondMax).optional(),
    // A day, because its operator may be asleep when the target stops.
    giveUpAfterMs: wholeNumber(giveUpAfterMsMin, giveUpAfterMsMax).default(24 * 3_600_000),
    ordered: trueOrFalse().default(true),
  }).transform(
    ({ name, url: { host, href }, filter: given = null, perSecond = null, ordered, ...others }): ForwardTarget => ({
      ...others,
      perSecond,
      filter: given,
      url: href,
      isOrdered: ordered,
      name: name ?? nameOf(host, href),
    }),
  );

/** Paths and queries may be secrets. */
function nameOf(host: string, href: string): string {
  const digest = createHash('sha256').update(href).digest('hex').slice(0, 8);
  return `${host.replace(/[^\w.-]/g, '_').slice(0, 50)}-${digest}`;
}

/** Targets as far as they could be read, and their problems: without values, which may be secrets. */
interface ReadTargets {
  readonly targets: readonly ForwardTarget[];
  readonly problems: readonly string[];
}

/** Reads FORWARD_TO. The name of a target is its host with a digest of its URL. */
export function readForwardTo(urls: string, allowed: AllowedAddresses): ReadTargets {
  const schema = url(allowed).transform(({ href }) => targetOf(allowed).parse({ url: href }));
  return readAll(splitList(urls), schema, (index) => `FORWARD_TO: entry ${index + 1}`);
}

/** Reads targets from JSON: every problem of every target is collected. */
export function readForwardFile(text: string, allowed: AllowedAddresses): ReadTargets {
  const ofFile: string[] = [];
  const file = readJson(text, object({ targets: z.array(z.unknown(), 'must be a list') }), ofFile);
  const { targets, problems } =
    file === null
      ? { targets: [], problems: ofFile }
      : readAll(file.targets, targetOf(allowed), (index) => `targets[${index}]`);
  return { targets, problems: withLines(text, problems).map((problem) => `FORWARD_FILE: ${problem}`) };
}

function readAll(
  given: readonly unknown[],
  schema: z.ZodType<ForwardTarget>,
  labelOf: (index: number) => string,
): ReadTargets {
  if (given.length > targetsMax)
    return { targets: [], problems: [`${labelOf(targetsMax)}: only ${targetsMax} targets are possible`] };
  const problems: string[] = [];
  const targets = new Map<string, ForwardTarget>();
  for (const [index, one] of given.entries()) {
    const target = readPart(one, schema, { at: labelOf(index), problems });
    if (target === null) continue;
    if (targets.has(target.name)) problems.push(`${labelOf(index)}: another target has its name`);
    targets.set(target.name, target);
  }
  return { targets: [...targets.values()], problems };
}

/** Reads FORWARD_ALLOW. @throws Error - what is wrong, without the name of the setting */
export function readAllowedAddresses(list: string): AllowedAddresses {
  const entries = splitList(list);
  if (entries.some((entry) => entry !== 'loopback' && entry !== 'private')) {
    throw new Error('must be "loopback", "private", or "loopback,private"');
  }
  return { loopback: entries.includes('loopback'), private: entries.includes('private') };
}
