import { hash } from 'node:crypto';
import type { Conclusion } from '../kernel/sureness.ts';
import { parseTargetUrl, type RelayDetails } from './relay-callback.ts';
import { elapsedMs, isOpen, type Attribution, type RelayRun, type RelayTimes, type RunBoundary } from './relay-runs.ts';

/** What callbacks say about a relay task: each field from the newest callback that carries it. */
export interface RelayTaskFacts {
  readonly sourceUrls: Newest<readonly string[]>;
  readonly toUrl: Newest<string>;
  readonly streamId: Newest<string>;
}

/**
 * The newest callback that carries a field: of those with a time, the one with the greatest (time, digest), and of those
 * without, the last to arrive. Which of the two counts is decided by their arrivals, because CSS's clock and ours are
 * never compared.
 */
interface Newest<Value> {
  readonly timed: Said<Value> | null;
  readonly untimed: Said<Value> | null;
}

interface Said<Value> extends RelayTimes {
  readonly value: Value;
  readonly digest: string;
}

const unknown = { timed: null, untimed: null };

/** The facts of a task without callbacks. */
export const noFacts: RelayTaskFacts = { sourceUrls: unknown, toUrl: unknown, streamId: unknown };

/** The value in force: a callback without a time comes after the one with a time that had arrived before it. */
export function newestOf<Value>({ timed, untimed }: Newest<Value>): Value | null {
  if (timed === null || untimed === null) return (timed ?? untimed)?.value ?? null;
  return (untimed.receivedAtMs >= timed.receivedAtMs ? untimed : timed).value;
}

/** Folds what one callback says about its task. */
export function withFacts(
  facts: RelayTaskFacts,
  { sourceUrls, toUrl, streamId }: Pick<RelayDetails, 'sourceUrls' | 'toUrl' | 'streamId'>,
  { occurredAtMs, receivedAtMs }: RelayTimes,
  digest: string,
): RelayTaskFacts {
  const pick = <Value>(known: Newest<Value>, value: Value | null): Newest<Value> => {
    if (value === null) return known;
    const said = { value, occurredAtMs, receivedAtMs, digest };
    if (occurredAtMs !== null) return isNewer(said, known.timed, 'occurredAtMs') ? { ...known, timed: said } : known;
    return isNewer(said, known.untimed, 'receivedAtMs') ? { ...known, untimed: said } : known;
  };
  return {
    sourceUrls: pick(facts.sourceUrls, sourceUrls.length === 0 ? null : sourceUrls),
    toUrl: pick(facts.toUrl, toUrl),
    streamId: pick(facts.streamId, streamId),
  };
}

function isNewer<Value>(one: Said<Value>, known: Said<Value> | null, clock: keyof RelayTimes): boolean {
  const [atMs, knownMs] = [one[clock] ?? -Infinity, known?.[clock] ?? -Infinity];
  return known === null || atMs > knownMs || (atMs === knownMs && one.digest > known.digest);
}

/** The facts after a callback turned out to have arrived earlier than was known. */
export function withEarlierArrival(
  { sourceUrls, toUrl, streamId }: RelayTaskFacts,
  digest: string,
  { knownMs, receivedAtMs }: { readonly knownMs: number; readonly receivedAtMs: number },
): RelayTaskFacts {
  const moved = <Value>(said: Said<Value> | null) =>
    said?.digest === digest && said.receivedAtMs === knownMs ? { ...said, receivedAtMs } : said;
  const both = <Value>({ timed, untimed }: Newest<Value>) => ({ timed: moved(timed), untimed: moved(untimed) });
  return { sourceUrls: both(sourceUrls), toUrl: both(toUrl), streamId: both(streamId) };
}

/** The facts of a task as plain values, with the parts of its target URL. */
export interface RelayTaskView {
  readonly sourceUrls: readonly string[];
  readonly toUrl: string | null;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
}

/** Derives the view; parses the target URL at each call. */
export function taskViewOf({ sourceUrls, toUrl, streamId }: RelayTaskFacts): RelayTaskView {
  const url = newestOf(toUrl);
  const target = parseTargetUrl(url);
  return {
    sourceUrls: newestOf(sourceUrls) ?? [],
    toUrl: url,
    domain: target?.domain ?? null,
    path: target?.path ?? null,
    streamId: newestOf(streamId),
  };
}

/** Tasks of one account with equal sets of source URLs have the same key; null if no URL is known. */
export function sourceKeyOf(appId: string, sourceUrls: readonly string[]): string | null {
  if (sourceUrls.length === 0) return null;
  const set = JSON.stringify([appId, ...new Set([...sourceUrls].sort())]);
  return hash('sha256', set, 'hex').slice(0, 32);
}

/** Whether a task is running, as far as its callbacks show. UNKNOWN: they do not show it. */
export type RelayTaskState = 'RUNNING' | 'EXITED' | 'UNKNOWN';

/** The state by the newest run. A task known only from files or alarms may or may not be running: no callback says. */
export function relayTaskStateOf(newest: RelayRun | null): RelayTaskState {
  if (newest === null) return 'UNKNOWN';
  if (!isOpen(newest)) return 'EXITED';
  return newest.openedBy === 'START' ? 'RUNNING' : 'UNKNOWN';
}

/** A TaskExit that names no task, as in the vendor's own sample (seed 003). */
export type ExitWithoutTaskId = Extract<RunBoundary, { kind: 'EXIT' }>;

/**
 * Milliseconds without any callback after which a task counts as silent. Otherwise a task whose exit was lost would
 * keep exits from other tasks for ever. Longer than nearly every file, because a task sends nothing between a file's
 * start and its finish.
 */
export const silentAfterMs = 24 * 3_600_000;

/** A task that had these source URLs and an open run at the exit's point in the order. */
export interface AttributionCandidate {
  readonly taskRow: number;
  /** Whether the task was started again after that point, which means that the run's own exit was lost. */
  readonly hasLaterStart: boolean;
  /** The last callback before that point that names the task; null if there is none. */
  readonly lastBefore: RelayTimes | null;
}

/**
 * The row of the task that an exit belongs to: the only candidate, or the only one left after the weaker ones are ruled
 * out. Null if none or several are left. A candidate is ruled out if it was started again later, or if it is silent and
 * another one is not.
 */
export function chooseCandidate(candidates: readonly AttributionCandidate[], exit: RelayTimes): number | null {
  const only = (remaining: readonly AttributionCandidate[]) =>
    remaining.length === 1 ? (remaining[0]?.taskRow ?? null) : null;
  if (candidates.length < 2) return only(candidates);
  const isSilent = ({ lastBefore }: AttributionCandidate) =>
    lastBefore === null || elapsedMs(lastBefore, exit) > silentAfterMs;
  const areAllSilent = candidates.every(isSilent);
  return only(candidates.filter((one) => !one.hasLaterStart && (areAllSilent || !isSilent(one))));
}

/** How sure it is that a callback belongs to the task that it is shown with. */
export function attributionConclusionOf(attribution: Attribution): Conclusion {
  return attributionConclusions[attribution];
}

const attributionConclusions: Readonly<Record<Attribution, Conclusion>> = {
  BY_TASK_ID: { sureness: 'CERTAIN', because: 'It names the task: task_id.', alternative: null },
  BY_SOURCE_URLS: {
    sureness: 'LIKELY',
    because:
      'It names no task. Of the account’s tasks with its source URLs, only this one had a run that it can have ended: all others had none, were started again later, or had been silent for a day.',
    alternative: 'It ended a run of which nothing else was recorded.',
  },
};

/** Of an exit that several tasks may have sent. */
export const undecidedAttribution: Conclusion = {
  sureness: 'POSSIBLE',
  because: 'It names no task, and several tasks with its source URLs had a run that it can have ended.',
  alternative: 'Any of these tasks may have sent it: attributionCandidates.',
};
