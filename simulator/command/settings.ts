import type { Habits } from '../delivery/delivery-plan.ts';
import type { Secrets, SigningKey } from '../delivery/delivery-request.ts';
import { stories, type Story } from '../scenario/scenario-context.ts';
import { SettingsReader } from '../../src/settings/settings-reader.ts';
import { simulateFlags } from './flags.ts';

export interface SimulateSettings {
  readonly url: URL;
  readonly seed: string;
  /** When the scenario ends: milliseconds since 1970, in whole seconds. */
  readonly atMs: number;
  readonly story: Story | null;
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
  /** SEND: only deliver. CHECK: only query. BOTH: deliver, then query. */
  readonly mode: 'SEND' | 'CHECK' | 'BOTH';
  /** Whether to send even if the log has callbacks of other accounts. */
  readonly intoExisting: boolean;
  readonly counts: 'EXACT' | 'BOUNDS';
  readonly checkWaitMs: number;
  /** Whether progress and result are printed as JSON lines. */
  readonly json: boolean;
}

/** The service's own parsers for lists of secrets. Each throws an Error that says what is wrong without quoting it. */
export interface SecretParsers {
  readonly callbackKeys: (list: string) => readonly SigningKey[];
  readonly callbackTokens: (list: string) => readonly string[];
  readonly apiTokens: (list: string) => readonly { readonly role: string; readonly token: string }[];
}

function parseStory(text: string): Story | null {
  const story = stories.find((known) => known === text);
  if (story === undefined && text !== 'none') throw new Error(`must be none or one of ${stories.join(', ')}`);
  return story ?? null;
}

type SimulateFlag = keyof typeof simulateFlags;
type GivenFlags = Readonly<Record<string, string | boolean | undefined>>;

const sessionsMax = 100_000;
const tasksMax = 10_000;
const rateMax = 100_000;
const connectionsMax = 256;
/** CSS itself repeats a push or interruption callback this often. */
const retriesMax = 12;

/** @throws SettingsInvalid - lists everything that is wrong by the name of its flag, without the values of secrets */
export function readSimulateSettings(given: GivenFlags, parsers: SecretParsers, nowMs: number): SimulateSettings {
  const textOf = (name: SimulateFlag) => {
    const text = given[name];
    return typeof text === 'string' && text.trim() !== '' ? text.trim() : (simulateFlags[name].fallback ?? '');
  };
  const reader = new SettingsReader(textOf, (name) => `--${name}`);
  const readSecrets = <Value>(
    name: 'css-callback-keys' | 'css-callback-tokens' | 'api-tokens',
    parse: (list: string) => Value,
    none: Value,
  ) => reader.readList({ name, fileName: `${name}-file` }, parse, none);
  const readInteger = (name: SimulateFlag, min: number, max: number) =>
    reader.read(name, (text) => parseInteger(text, min, max), min);
  const readShare = (name: SimulateFlag, max: number) => reader.read(name, (text) => parseShare(text, max), 0);

  const settings: SimulateSettings = {
    secrets: {
      keys: readSecrets('css-callback-keys', parsers.callbackKeys, []),
      tokens: readSecrets('css-callback-tokens', parsers.callbackTokens, []),
    },
    url: reader.read('url', parseUrl, new URL('http://127.0.0.1')),
    seed: textOf('seed'),
    atMs: reader.read('at', (text) => parseMoment(text, nowMs), 0),
    sessions: readInteger('sessions', 0, sessionsMax),
    tasks: readInteger('tasks', 0, tasksMax),
    story: reader.read('story', parseStory, null),
    habits: {
      duplicates: readShare('duplicates', 0.9),
      shufflePositions: readInteger('shuffle', 0, 1_000_000),
      losses: readShare('losses', 1),
      forgeries: readShare('forgeries', 1),
      expired: readShare('expired', 1),
    },
    apiToken: readSecrets('api-tokens', (list) => preferredToken(parsers.apiTokens(list)), null),
    rate: readInteger('rate', 0, rateMax),
    connections: readInteger('connections', 1, connectionsMax),
    retries: readInteger('retries', 0, retriesMax),
    timeoutMs: readInteger('timeout-ms', 100, 120_000),
    mode: given['check-only'] === true ? 'CHECK' : given['check'] === true ? 'BOTH' : 'SEND',
    intoExisting: given['into-existing'] === true,
    counts: reader.read('counts', parseCounts, 'EXACT'),
    checkWaitMs: readInteger('check-wait-ms', 0, 3_600_000),
    json: given['json'] === true,
  };
  reader.addProblems(contradictionsIn(settings, given));
  reader.assertValid();
  return settings;
}

function* contradictionsIn(settings: SimulateSettings, given: GivenFlags): Generator<string> {
  const { habits, secrets, tasks, mode } = settings;
  const { keys, tokens } = secrets;
  if (habits.forgeries > 0 && keys.length === 0 && tokens.length === 0) {
    yield '--forgeries: needs CSS_CALLBACK_KEYS or CSS_CALLBACK_TOKENS; without them the service accepts everything, so nothing is a forgery';
  }
  if (habits.expired > 0 && keys.length === 0) {
    yield '--expired: needs CSS_CALLBACK_KEYS, because only a sign can expire';
  }
  if (keys.length > 0 && tokens.length === 0 && tasks > 0) {
    yield '--tasks: relay callbacks are not signed; set CSS_CALLBACK_TOKENS, or --tasks 0';
  }
  if (mode === 'CHECK' && given['at'] === undefined) {
    yield '--check-only: needs --at and all other flags of the run to check; that run printed them';
  }
}

/** The URL is printed, so it must not contain a secret. */
function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new Error('is not a URL', { cause: error });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw new Error('must not contain a user name or password');
  if (url.search !== '' || url.hash !== '') throw new Error('must not have a query or a fragment');
  return url;
}

function parseMoment(text: string, nowMs: number): number {
  const ms = text === 'now' ? nowMs : Date.parse(text);
  if (Number.isNaN(ms) || ms <= 0) throw new Error('must be a moment such as 2026-11-21T12:00:00Z');
  return Math.floor(ms / 1000) * 1000;
}

function parseInteger(text: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(number >= min && number <= max)) throw new Error(`must be a whole number from ${min} to ${max}`);
  return number;
}

function parseShare(text: string, max: number): number {
  const share = /^\d(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(share <= max)) throw new Error(`must be a share from 0 to ${max}, such as 0.1`);
  return share;
}

/** The token of an admin if there is one, because only admins see everything that can be compared. */
function preferredToken(tokens: ReturnType<SecretParsers['apiTokens']>): string | null {
  const preferred = ['admin', 'operator', 'analyst'].flatMap(
    (role) => tokens.find((token) => token.role === role) ?? [],
  );
  return (preferred[0] ?? tokens[0])?.token ?? null;
}

function parseCounts(text: string): 'EXACT' | 'BOUNDS' {
  if (text === 'exact') return 'EXACT';
  if (text === 'bounds') return 'BOUNDS';
  throw new Error('must be exact or bounds');
}
