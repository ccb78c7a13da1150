import { parseCallbackKeys } from '../../receiving/callback-keys.ts';
import { parseApiTokens } from '../../http/graphql/api-tokens.ts';
import type { Habits } from '../../../simulator/delivery/delivery-plan.ts';
import type { Secrets } from '../../../simulator/delivery/delivery-request.ts';
import { variableOf, type Flags } from '../flags.ts';
import { readSecretFile } from '../secret-file.ts';
import { readUrlTokens, SettingsInvalid, variables } from '../settings.ts';

export interface SimulateSettings {
  readonly url: URL;
  readonly seed: string;
  readonly atMs: number;
  readonly sessions: number;
  readonly tasks: number;
  readonly habits: Habits;
  readonly secrets: Secrets;
  readonly apiToken: string | null;
  /** Deliveries a second; 0: as fast as they are answered. */
  readonly rate: number;
  readonly connections: number;
  readonly retries: number;
  readonly timeoutMs: number;
  /** SEND: deliver only. CHECK: ask only. BOTH: deliver, then ask. */
  readonly mode: 'SEND' | 'CHECK' | 'BOTH';
  readonly counts: 'EXACT' | 'BOUNDS';
  readonly checkWaitMs: number;
}

const own = { isVariable: false } as const;
const secret = { fallback: '', isVariable: true } as const;

/** Every flag of `simulate`: its help is made from this, and docs/simulate.md is held to it by a test. */
export const simulateFlags = {
  url: { ...own, fallback: 'http://127.0.0.1:4000', meaning: 'address of the service' },
  seed: { ...own, fallback: '1', meaning: 'what the simulation is made from: any text' },
  at: { ...own, fallback: 'now', meaning: 'the moment it is told at, as ISO 8601; all of it lies in the hour before' },
  sessions: {
    ...own,
    fallback: '200',
    meaning: 'push activities of pushers, 0 to 100000; relay tasks bring their own',
  },
  tasks: { ...own, fallback: '30', meaning: 'relay tasks, 0 to 10000' },
  rate: { ...own, fallback: '0', meaning: 'deliveries a second; 0: as fast as they are answered' },
  connections: { ...own, fallback: '16', meaning: 'deliveries on their way at a time, 1 to 256' },
  duplicates: { ...own, fallback: '0.1', meaning: 'share of callbacks that are delivered again, 0 to 0.9' },
  shuffle: {
    ...own,
    fallback: '50',
    meaning: 'places by which a delivery may move, some twenty times as far; 0: in order',
  },
  losses: { ...own, fallback: '0.02', meaning: 'share of callbacks that are never sent, 0 to 1' },
  forgeries: { ...own, fallback: '0', meaning: 'share of callbacks that are forged besides; needs a key or a token' },
  expired: { ...own, fallback: '0', meaning: 'share of callbacks that are replayed two hours late; needs a key' },
  retries: { ...own, fallback: '12', meaning: 'attempts after the first where the answer is not 200, 0 to 12' },
  'timeout-ms': { ...own, fallback: '20000', meaning: 'milliseconds to wait for an answer, 100 to 120000' },
  check: { ...own, fallback: null, meaning: 'ask the service afterwards, and list what it tells otherwise' },
  'check-only': { ...own, fallback: null, meaning: 'send nothing, and check what the same flags have sent before' },
  'check-wait-ms': { ...own, fallback: '120000', meaning: 'milliseconds to wait until the service has projected all' },
  counts: {
    ...own,
    fallback: 'exact',
    meaning:
      'exact or bounds, for --check-only: bounds where some deliveries were repeated or refused; the run says so',
  },
  'css-callback-keys': { ...secret, meaning: variables.CSS_CALLBACK_KEYS.meaning },
  'css-callback-tokens': {
    ...secret,
    meaning: 'tokens of the callback URL: needed for relay tasks where there are keys',
  },
  'api-tokens': { ...secret, meaning: 'bearer token for GraphQL, as "operator=token" or "viewer=token"' },
  'css-callback-keys-file': { ...secret, meaning: variables.CSS_CALLBACK_KEYS_FILE.meaning },
  'css-callback-tokens-file': { ...secret, meaning: variables.CSS_CALLBACK_TOKENS_FILE.meaning },
  'api-tokens-file': { ...secret, meaning: variables.API_TOKENS_FILE.meaning },
  json: { ...own, fallback: null, meaning: 'progress and result as JSON lines on standard output' },
} as const satisfies Flags;

type SimulateFlag = keyof typeof simulateFlags;
/** Each may stand in a file instead, as for the service. */
type SecretFlag = 'css-callback-keys' | 'css-callback-tokens' | 'api-tokens';
export type GivenFlags = Readonly<Record<string, string | boolean | undefined>>;

const sessionsMax = 100_000;
const tasksMax = 10_000;
const rateMax = 100_000;
const connectionsMax = 256;
/** CSS repeats a push or an interruption as often. */
const retriesMax = 12;

/** @throws SettingsInvalid - with all that is wrong, by the name of the flag, without the values of secrets */
export function readSimulateSettings(
  given: GivenFlags,
  environment: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): SimulateSettings {
  const problems: string[] = [];
  const parse = <Result>(name: SimulateFlag, read: (text: string) => Result, otherwise: Result): Result => {
    const variable = simulateFlags[name].isVariable ? environment[variableOf(name)] : undefined;
    // A flag that is a variable too already stands in the environment.
    const text = variable ?? given[name];
    try {
      return read(typeof text === 'string' && text.trim() !== '' ? text.trim() : (simulateFlags[name].fallback ?? ''));
    } catch (error) {
      problems.push(`--${name}: ${(error as Error).message}`);
      return otherwise;
    }
  };
  const parseSecret = <Result>(name: SecretFlag, read: (text: string) => Result, none: Result): Result => {
    const file = parse(`${name}-file`, asGiven, '');
    if (file === '') return parse(name, read, none);
    const fromFile = () => {
      if (parse(name, asGiven, '') !== '') throw new Error(`is set beside --${name}; set one of them`);
      return read(readSecretFile(file));
    };
    return parse(`${name}-file`, fromFile, none);
  };
  const number = (name: SimulateFlag, least: number, most: number) => parse(name, wholeNumber(least, most), least);
  const secrets = {
    keys: parseSecret('css-callback-keys', parseCallbackKeys, []),
    tokens: parseSecret('css-callback-tokens', readUrlTokens, []),
  };
  const settings: SimulateSettings = {
    url: parse('url', readUrl, new URL('http://127.0.0.1')),
    seed: parse('seed', asGiven, ''),
    atMs: parse('at', (text) => readMoment(text, nowMs), 0),
    sessions: number('sessions', 0, sessionsMax),
    tasks: number('tasks', 0, tasksMax),
    habits: {
      duplicates: parse('duplicates', share(0.9), 0),
      shufflePlaces: number('shuffle', 0, 1_000_000),
      losses: parse('losses', share(1), 0),
      forgeries: parse('forgeries', share(1), 0),
      expired: parse('expired', share(1), 0),
    },
    secrets,
    apiToken: parseSecret('api-tokens', readApiToken, null),
    rate: number('rate', 0, rateMax),
    connections: number('connections', 1, connectionsMax),
    retries: number('retries', 0, retriesMax),
    timeoutMs: number('timeout-ms', 100, 120_000),
    mode: given['check-only'] === true ? 'CHECK' : given['check'] === true ? 'BOTH' : 'SEND',
    counts: parse('counts', readCounts, 'EXACT'),
    checkWaitMs: number('check-wait-ms', 0, 3_600_000),
  };
  problems.push(...contradictions(settings, given));
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return settings;
}

function* contradictions(settings: SimulateSettings, given: GivenFlags): Generator<string> {
  const { habits, secrets, tasks, mode } = settings;
  const { keys, tokens } = secrets;
  if (habits.forgeries > 0 && keys.length === 0 && tokens.length === 0) {
    yield '--forgeries: without CSS_CALLBACK_KEYS and CSS_CALLBACK_TOKENS the service takes everything, so nothing is a forgery';
  }
  if (habits.expired > 0 && keys.length === 0) {
    yield '--expired: needs CSS_CALLBACK_KEYS, because only a sign can be too old';
  }
  if (keys.length > 0 && tokens.length === 0 && tasks > 0) {
    yield '--tasks: relay callbacks are not signed; set CSS_CALLBACK_TOKENS, or --tasks 0';
  }
  if (mode === 'CHECK' && given['at'] === undefined) {
    yield '--check-only: needs --at, and all other flags of the run that it checks; that run printed them';
  }
}

function asGiven(text: string): string {
  return text;
}

/** Nothing in it is a secret: it is printed. */
function readUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error('is no URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a login');
  if (url.search !== '' || url.hash !== '') throw new Error('must end with its path');
  return url;
}

function readMoment(text: string, nowMs: number): number {
  const ms = text === 'now' ? nowMs : Date.parse(text);
  if (Number.isNaN(ms) || ms <= 0) throw new Error('must be a moment such as 2026-11-21T12:00:00Z');
  return Math.floor(ms / 1000) * 1000;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(number >= least && number <= most)) throw new Error(`must be a whole number from ${least} to ${most}`);
    return number;
  };
}

function share(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (!(number <= most)) throw new Error(`must be a share from 0 to ${most}, such as 0.1`);
    return number;
  };
}

/** An operator's, where there is one: it sees all that can be compared. */
function readApiToken(list: string): string | null {
  const tokens = parseApiTokens(list);
  return (tokens.find(({ role }) => role === 'operator') ?? tokens[0])?.token ?? null;
}

function readCounts(text: string): 'EXACT' | 'BOUNDS' {
  if (text === 'exact') return 'EXACT';
  if (text === 'bounds') return 'BOUNDS';
  throw new Error('must be exact or bounds');
}
