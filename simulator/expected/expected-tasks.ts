import type { Arrived } from './arrived.ts';
import type { Things } from '../actual/differences.ts';
import { anything, moment, someMoment, urlText, type Expected, type ExpectedFields } from './matcher.ts';
import { namesTask, taskKey, type KnownRun, type KnownTask, type RelayTruth } from './relay-runs.ts';
import type { SimulatedCallback, SimulatedRelay, SimulatedTask } from '../scenario/simulated-callback.ts';

export function taskName(appId: string, taskId: string): string {
  return `relay task ${taskId} of account ${appId}:`;
}

export function expectedTasks(
  { tasks }: RelayTruth,
  arrived: readonly Arrived[],
  lost: ReadonlySet<number>,
  truth: readonly SimulatedCallback[],
): Things<ExpectedFields> {
  const sessionsOf = sessionsByTarget(arrived);
  const uncertain = tasksWithLostBoundaries(truth, lost);
  return new Map(
    [...tasks.values()].map((known) => {
      const { task } = known;
      const isCertain = task.dialect.clock !== 'NONE' && !uncertain.has(taskKey(task));
      const fed = isCertain ? [...(sessionsOf.get(targetOf(task)) ?? [])].sort() : anything;
      return [taskName(task.appId, task.taskId), told(known, fed)];
    }),
  );
}

/** Sequences by what they were pushed to. */
function sessionsByTarget(arrived: readonly Arrived[]): Map<string, Set<string>> {
  const sessions = new Map<string, Set<string>>();
  for (const { callback } of arrived) {
    if (callback.kind !== 'PUSH' && callback.kind !== 'INTERRUPTION') continue;
    const target = targetOf(callback.activity);
    sessions.set(target, (sessions.get(target) ?? new Set()).add(callback.activity.sequence));
  }
  return sessions;
}

function targetOf({ domain, path, streamId }: Pick<SimulatedTask, 'domain' | 'path' | 'streamId'>): string {
  return JSON.stringify([domain, path, streamId]);
}

/** Where a start or an exit was lost, which sessions lie within a run is not decided by the truth. */
function tasksWithLostBoundaries(truth: readonly SimulatedCallback[], lost: ReadonlySet<number>): Set<string> {
  const keys = new Set<string>();
  for (const callback of truth) {
    if (callback.kind !== 'RELAY' || !lost.has(callback.number)) continue;
    const { type } = callback.happening;
    if (type === 'START' || type === 'EXIT') keys.add(taskKey(callback.task));
  }
  return keys;
}

function told({ task, runs }: KnownTask, streamSessions: Expected): ExpectedFields {
  const newest = runs.at(-1) ?? null;
  const newestExit = runs.findLast(({ exit }) => exit !== null)?.exit ?? null;
  const exit = exitFields(newestExit);
  return {
    state: stateOf(newest),
    sourceUrls: task.sourceUrls.map(urlText),
    toUrl: urlText(task.toUrl),
    domain: task.domain,
    path: task.path,
    streamId: task.streamId,
    startedAt: occurredAt(newest?.start ?? null),
    exitedAt: occurredAt(newestExit),
    exitCode: exit.exitCode,
    exitCodeText: exit.exitCodeText,
    exitMessage: exit.exitMessage,
    currentFile: newest === null ? null : currentFileOf(newest),
    files: newest === null ? {} : filesOf(newest),
    runs: Object.fromEntries(runs.map((run, index) => [`run ${index + 1}`, runFields(run)])),
    alarms: alarmsOf(runs.flatMap(({ signs }) => signs)),
    streamSessions,
  };
}

function stateOf(run: KnownRun | null): string {
  if (run === null) return 'UNKNOWN';
  if (run.exit !== null) return 'EXITED';
  return run.start === null ? 'UNKNOWN' : 'RUNNING';
}

function runFields(run: KnownRun): ExpectedFields {
  const { start, exit } = run;
  return {
    startedAt: occurredAt(start),
    startReceivedAt: start === null ? null : someMoment,
    exitedAt: occurredAt(exit),
    exitReceivedAt: exit === null ? null : someMoment,
    ...exitFields(exit),
    attribution: exit === null ? null : namesTask(exit) ? 'BY_TASK_ID' : 'BY_SOURCE_URLS',
    files: filesOf(run),
  };
}

function exitFields(exit: SimulatedRelay | null): Record<'exitCode' | 'exitCodeText' | 'exitMessage', Expected> {
  if (exit?.happening.type !== 'EXIT') return { exitCode: null, exitCodeText: null, exitMessage: null };
  const { code, message } = exit.happening;
  const isNumber = typeof code === 'number';
  return { exitCode: isNumber ? code : null, exitCodeText: isNumber ? null : code, exitMessage: urlText(message) };
}

/** CSS's clock, as far as the callback carries it. */
function occurredAt(callback: SimulatedRelay | null): string | null {
  return callback === null || callback.task.dialect.clock === 'NONE' ? null : moment(callback.atMs);
}

/** The same, or some moment of the receiver's clock. */
function placedAt(callback: SimulatedRelay | undefined): Expected {
  if (callback === undefined) return null;
  return callback.task.dialect.clock === 'NONE' ? someMoment : moment(callback.atMs);
}

interface PlayedFile {
  readonly index: number;
  readonly starts: SimulatedRelay[];
  readonly finishes: SimulatedRelay[];
  readonly newest: SimulatedRelay;
}

function playedFiles({ signs }: KnownRun): PlayedFile[] {
  const files = new Map<number, PlayedFile>();
  for (const sign of signs) {
    if (!('index' in sign.happening)) continue;
    const { index, type } = sign.happening;
    const { starts, finishes } = files.get(index) ?? { starts: [], finishes: [] };
    (type === 'FILE_START' ? starts : finishes).push(sign);
    files.set(index, { index, starts, finishes, newest: sign });
  }
  return [...files.values()];
}

function filesOf(run: KnownRun): ExpectedFields {
  return Object.fromEntries(
    playedFiles(run).map(({ index, starts, finishes, newest }) => {
      const { url, durationSeconds } = newest.happening as { url: string; durationSeconds: number };
      const file = {
        url: urlText(url),
        durationSeconds,
        startedAt: placedAt(starts.at(-1)),
        // Of the newest play: null while it plays.
        finishedAt: isPlaying({ starts, finishes }) ? null : placedAt(finishes.at(-1)),
        times: Math.max(starts.length, finishes.length),
      };
      return [`file ${index}`, file];
    }),
  );
}

function isPlaying({ starts, finishes }: Pick<PlayedFile, 'starts' | 'finishes'>): boolean {
  return (starts.at(-1)?.atMs ?? -Infinity) > (finishes.at(-1)?.atMs ?? -Infinity);
}

/** The file that began last, where it has not finished. */
function currentFileOf(run: KnownRun): Expected {
  if (run.exit !== null) return null;
  const begun = playedFiles(run)
    .filter(isPlaying)
    .sort((one, other) => (one.starts.at(-1)?.atMs ?? 0) - (other.starts.at(-1)?.atMs ?? 0));
  const newest = begun.at(-1);
  return newest === undefined ? null : { index: newest.index };
}

function alarmsOf(signs: readonly SimulatedRelay[]): ExpectedFields {
  const alarms: Record<string, SimulatedRelay[]> = {};
  for (const sign of signs) {
    if (sign.happening.type === 'ALARM') (alarms[sign.happening.alarm] ??= []).push(sign);
  }
  return Object.fromEntries(
    Object.entries(alarms).map(([type, same]) => [
      type,
      { times: same.length, firstAt: placedAt(same[0]), lastAt: placedAt(same.at(-1)) },
    ]),
  );
}
