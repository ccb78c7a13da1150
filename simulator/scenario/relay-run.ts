import type { Random } from './random.ts';
import type { RelayEvent, SimulatedTask, Unnumbered } from './simulated-callback.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** The alarms on the vendor's later page. */
export const alarms = [
  'PullFileUnstable',
  'PushStreamUnstable',
  'PullFileFailed',
  'PushStreamFailed',
  'FileEndEarly',
] as const;

/** `code` and `message` of exits: −22 is from the vendor's sample. No page lists the codes, and a code may be text. */
const exits: readonly [Exit, ...Exit[]] = [
  [-22, 'write packet error.'],
  [0, 'task finished'],
  [-5, 'read packet error.'],
  [-104, 'connection reset: rtmp://203.0.113.9/live/a?txSecret=00ff'],
  ['E_MIGRATED', 'task migrated'],
];
type Exit = readonly [code: number | string, message: string];

export interface SimulatedRun {
  readonly callbacks: readonly Unnumbered[];
  readonly startedAtMs: number;
  /** Null: it is still running. */
  readonly exitedAtMs: number | null;
}

export interface RunOptions {
  /** Only the last run of a task may still be running. */
  readonly isLast: boolean;
  /** 0: the exit falls in an even second; 1: in an odd one; null: in any. */
  readonly exitSecondParity: number | null;
}

/**
 * One run: its files play one after another, several times if the list loops, until the list is over or the run breaks
 * off. Each event of a file has its own second, so that no two of its callbacks are equal or have the same time.
 */
export function relayRun(task: SimulatedTask, startedAtMs: number, random: Random, options: RunOptions): SimulatedRun {
  const callbacks: Unnumbered[] = [];
  const add = (atMs: number, event: RelayEvent) =>
    callbacks.push({ kind: 'RELAY', appId: task.appId, atMs, task, event });
  add(startedAtMs, { type: 'START' });
  const firstSecond = Math.ceil(startedAtMs / 1000) + random.integer(1, 2);
  let second = firstSecond;
  const durations = task.sourceUrls.map(() => random.integer(5, 40));
  const finishHost = random.chance(0.2) ? 'http://origin.example.net' : null;
  const plays = task.sourceUrls.length * random.integer(1, 3);
  const breaksOffAt = random.chance(0.3) ? random.integer(0, plays - 1) : null;
  for (let play = 0; play < plays; play += 1) {
    const index = play % task.sourceUrls.length;
    const url = task.sourceUrls[index] ?? '';
    const durationSeconds = durations[index] ?? 0;
    add(second * 1000, { type: 'FILE_START', index, url, durationSeconds });
    if (play === breaksOffAt) {
      second += random.integer(1, durationSeconds);
      break;
    }
    second += durationSeconds;
    // The host may differ between the two callbacks, as in the vendor's samples.
    const finishUrl = finishHost === null ? url : url.replace(/^http:\/\/[^/]+/, finishHost);
    add(second * 1000, { type: 'FILE_FINISH', index, url: finishUrl, durationSeconds });
    second += random.integer(1, 3);
  }
  const alarmSeconds = random.shuffled(
    Array.from({ length: second - firstSecond }, (_, passed) => firstSecond + passed),
  );
  for (const at of alarmSeconds.slice(0, random.integer(0, 3)))
    add(at * 1000, { type: 'ALARM', alarm: random.pick(alarms) });
  if (random.chance(0.1)) add(firstSecond * 1000, { type: 'RESET' });
  if (options.isLast && random.chance(0.3)) return { callbacks, startedAtMs, exitedAtMs: null };

  if (options.exitSecondParity !== null && second % 2 !== options.exitSecondParity) second += 1;
  const exitedAtMs = second * 1000 + (task.dialect.clock === 'MILLISECONDS' ? random.integer(0, 999) : 0);
  add(exitedAtMs, exitOf(random));
  return { callbacks, startedAtMs, exitedAtMs };
}

/**
 * The callbacks of a task whose callbacks carry no time, as in the vendor's samples: one run, with each event once,
 * because a repeated event within a minute can't be distinguished from a redelivery. `atMs` only gives the order, a
 * millisecond per event.
 */
export function timelessRun(context: ScenarioContext, task: SimulatedTask, random: Random): Unnumbered[] {
  const events: RelayEvent[] = [{ type: 'START' }];
  const playing = random.integer(1, task.sourceUrls.length);
  task.sourceUrls.slice(0, playing).forEach((url, index) => {
    // Long enough that a redelivery of its file events is recognized for a minute.
    const file = { index, url, durationSeconds: random.integer(90, 14_920) };
    events.push({ type: 'FILE_START', ...file });
    if (index < playing - 1 || random.chance(0.5)) events.push({ type: 'FILE_FINISH', ...file });
  });
  for (const alarm of random.shuffled(alarms).slice(0, random.integer(0, 2))) events.push({ type: 'ALARM', alarm });
  if (random.chance(0.6)) events.push(exitOf(random));
  const beginsAtMs = context.atMs - random.integer(1, 3_000) * 1000;
  return events.map((event, index) => ({
    kind: 'RELAY',
    appId: task.appId,
    atMs: beginsAtMs + index,
    task,
    event,
  }));
}

/** The exit in the vendor's sample names no task; others do. */
function exitOf(random: Random): RelayEvent {
  const [code, message] = random.pick(exits);
  return { type: 'EXIT', code, message, namesTask: random.chance(0.7) };
}
