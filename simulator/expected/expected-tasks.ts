import { callbacksOfSessions, type ArrivedCallback } from './arrived.ts';
import type { ByName } from '../actual/differences.ts';
import { anything, moment, anyMoment, partlyHidden, type Expected, type ExpectedFields } from './matcher.ts';
import { namesTask, taskKey, type KnownRun, type KnownTask, type RelayRuns } from './relay-runs.ts';
import type { SimulatedCallback, SimulatedRelay, SimulatedTask } from '../scenario/simulated-callback.ts';

/** The name of a relay task in differences. */
export function taskName(appId: string, taskId: string): string {
  return `relay task ${taskId} of account ${appId}:`;
}

export function expectedTasks(
  { tasks }: RelayRuns,
  arrived: readonly ArrivedCallback[],
  lost: ReadonlySet<number>,
  scenario: readonly SimulatedCallback[],
): ByName<ExpectedFields> {
  const sessionsOf = sessionsByTarget(arrived);
  const uncertain = tasksWithLostBoundaries(scenario, lost);
  return new Map(
    [...tasks.values()].map((known) => {
      const { task } = known;
      const isCertain = task.dialect.clock !== 'NONE' && !uncertain.has(taskKey(task));
      const streamSessions = isCertain ? [...(sessionsOf.get(targetOf(task)) ?? [])].sort() : anything;
      return [taskName(task.appId, task.taskId), expectedTask(known, streamSessions)];
    }),
  );
}

/** Sequences by push target. */
function sessionsByTarget(arrived: readonly ArrivedCallback[]): Map<string, Set<string>> {
  const sessions = new Map<string, Set<string>>();
  for (const { callback } of callbacksOfSessions(arrived)) {
    const target = targetOf(callback.activity);
    sessions.set(target, (sessions.get(target) ?? new Set()).add(callback.activity.sequence));
  }
  return sessions;
}

function targetOf({ domain, path, streamId }: Pick<SimulatedTask, 'domain' | 'path' | 'streamId'>): string {
  return JSON.stringify([domain, path, streamId]);
}

/** Tasks that lost a start or an exit: it is unknown which sessions overlap their runs. */
function tasksWithLostBoundaries(scenario: readonly SimulatedCallback[], lost: ReadonlySet<number>): Set<string> {
  const keys = new Set<string>();
  for (const callback of scenario) {
    if (callback.kind !== 'RELAY' || !lost.has(callback.number)) continue;
    const { type } = callback.event;
    if (type === 'START' || type === 'EXIT') keys.add(taskKey(callback.task));
  }
  return keys;
}

function expectedTask({ task, runs }: KnownTask, streamSessions: Expected): ExpectedFields {
  const newest = runs.at(-1) ?? null;
  const newestExit = runs.findLast(({ exit }) => exit !== null)?.exit ?? null;
  const exit = exitFields(newestExit);
  return {
    state: stateOf(newest),
    sourceUrls: task.sourceUrls.map(partlyHidden),
    toUrl: partlyHidden(task.toUrl),
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
    alarms: alarmsOf(runs.flatMap(({ activities }) => activities)),
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
    startReceivedAt: start === null ? null : anyMoment,
    exitedAt: occurredAt(exit),
    exitReceivedAt: exit === null ? null : anyMoment,
    ...exitFields(exit),
    attribution: exit === null ? null : namesTask(exit) ? 'BY_TASK_ID' : 'BY_SOURCE_URLS',
    files: filesOf(run),
  };
}

function exitFields(exit: SimulatedRelay | null): Record<'exitCode' | 'exitCodeText' | 'exitMessage', Expected> {
  if (exit?.event.type !== 'EXIT') return { exitCode: null, exitCodeText: null, exitMessage: null };
  const { code, message } = exit.event;
  const isNumber = typeof code === 'number';
  return { exitCode: isNumber ? code : null, exitCodeText: isNumber ? null : code, exitMessage: partlyHidden(message) };
}

/** By CSS's clock, if the callback carries a time. */
function occurredAt(callback: SimulatedRelay | null): string | null {
  return callback === null || callback.task.dialect.clock === 'NONE' ? null : moment(callback.atMs);
}

/** By CSS's clock, or any time of the receiver's clock if the callback carries none. */
function occurredOrReceivedAt(callback: SimulatedRelay | undefined): Expected {
  if (callback === undefined) return null;
  return callback.task.dialect.clock === 'NONE' ? anyMoment : moment(callback.atMs);
}

interface PlayedFile {
  readonly index: number;
  readonly starts: SimulatedRelay[];
  readonly finishes: SimulatedRelay[];
  readonly newest: SimulatedRelay;
}

function playedFiles({ activities }: KnownRun): PlayedFile[] {
  const files = new Map<number, PlayedFile>();
  for (const activity of activities) {
    if (!('index' in activity.event)) continue;
    const { index, type } = activity.event;
    const { starts, finishes } = files.get(index) ?? { starts: [], finishes: [] };
    (type === 'FILE_START' ? starts : finishes).push(activity);
    files.set(index, { index, starts, finishes, newest: activity });
  }
  return [...files.values()];
}

function filesOf(run: KnownRun): ExpectedFields {
  return Object.fromEntries(
    playedFiles(run).map(({ index, starts, finishes, newest }) => {
      const { url, durationSeconds } = newest.event as { url: string; durationSeconds: number };
      const file = {
        url: partlyHidden(url),
        durationSeconds,
        startedAt: occurredOrReceivedAt(starts.at(-1)),
        // That of the newest play; null while it plays.
        finishedAt: isPlaying({ starts, finishes }) ? null : occurredOrReceivedAt(finishes.at(-1)),
        times: Math.max(starts.length, finishes.length),
      };
      return [`file ${index}`, file];
    }),
  );
}

function isPlaying({ starts, finishes }: Pick<PlayedFile, 'starts' | 'finishes'>): boolean {
  return (starts.at(-1)?.atMs ?? -Infinity) > (finishes.at(-1)?.atMs ?? -Infinity);
}

/** The file that began last, if it has not finished. */
function currentFileOf(run: KnownRun): Expected {
  if (run.exit !== null) return null;
  const begun = playedFiles(run)
    .filter(isPlaying)
    .sort((one, other) => (one.starts.at(-1)?.atMs ?? 0) - (other.starts.at(-1)?.atMs ?? 0));
  const newest = begun.at(-1);
  return newest === undefined ? null : { index: newest.index };
}

function alarmsOf(activities: readonly SimulatedRelay[]): ExpectedFields {
  const alarms: Record<string, SimulatedRelay[]> = {};
  for (const activity of activities) {
    if (activity.event.type === 'ALARM') (alarms[activity.event.alarm] ??= []).push(activity);
  }
  return Object.fromEntries(
    Object.entries(alarms).map(([type, same]) => [
      type,
      { times: same.length, firstAt: occurredOrReceivedAt(same[0]), lastAt: occurredOrReceivedAt(same.at(-1)) },
    ]),
  );
}
