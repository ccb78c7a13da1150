import { hash } from 'node:crypto';
import { parseTargetUrl, type RelayDetails } from './relay-callback.ts';
import { elapsedMs, isOpen, type RelayRun, type RelayTimes, type RunBoundary } from './relay-runs.ts';

/** What callbacks say about a relay task: each field from the newest callback that carries it. */
export interface RelayTaskFacts {
  readonly sourceUrls: Newest<readonly string[]> | null;
  readonly toUrl: Newest<string> | null;
  readonly streamId: Newest<string> | null;
}

interface Newest<Value> {
  readonly value: Value;
  readonly atMs: number;
  readonly digest: string;
}

/** The facts of a task without callbacks. */
export const noFacts: RelayTaskFacts = { sourceUrls: null, toUrl: null, streamId: null };

/** Folds what one callback says about its task. The callback with the greatest (atMs, digest) counts as the newest. */
export function withFacts(
  facts: RelayTaskFacts,
  { sourceUrls, toUrl, streamId }: Pick<RelayDetails, 'sourceUrls' | 'toUrl' | 'streamId'>,
  atMs: number,
  digest: string,
): RelayTaskFacts {
  const pick = <Value>(known: Newest<Value> | null, value: Value | null): Newest<Value> | null => {
    if (value === null) return known;
    const isNewer = known === null || atMs > known.atMs || (atMs === known.atMs && digest > known.digest);
    return isNewer ? { value, atMs, digest } : known;
  };
  return {
    sourceUrls: pick(facts.sourceUrls, sourceUrls.length === 0 ? null : sourceUrls),
    toUrl: pick(facts.toUrl, toUrl),
    streamId: pick(facts.streamId, streamId),
  };
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
  const target = parseTargetUrl(toUrl?.value ?? null);
  return {
    sourceUrls: sourceUrls?.value ?? [],
    toUrl: toUrl?.value ?? null,
    domain: target?.domain ?? null,
    path: target?.path ?? null,
    streamId: streamId?.value ?? null,
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
