import type { Random } from './random.ts';
import type { RelayHappening, SimulatedTask, Unnumbered } from './simulated-callback.ts';
import type { Stage } from './stage.ts';

/** The kinds of trouble that the vendor's later page lists. */
export const alarms = [
  'PullFileUnstable',
  'PushStreamUnstable',
  'PullFileFailed',
  'PushStreamFailed',
  'FileEndEarly',
] as const;

/** `code` and `message` of exits: −22 is the vendor's sample; no page lists them, and one that is no number may come. */
const exits: readonly [ExitSaid, ...ExitSaid[]] = [
  [-22, 'write packet error.'],
  [0, 'task finished'],
  [-5, 'read packet error.'],
  [-104, 'connection reset: rtmp://203.0.113.9/live/a?txSecret=00ff'],
  ['E_MIGRATED', 'task migrated'],
];
type ExitSaid = readonly [code: number | string, message: string];

export interface RunTold {
  readonly callbacks: readonly Unnumbered[];
  readonly startedAtMs: number;
  /** Null: it still runs. */
  readonly exitedAtMs: number | null;
}

export interface RunOptions {
  /** The last run of its task may still run. */
  readonly isLast: boolean;
  /** 0: the exit falls into an even second, 1: into an odd one, null: into any. */
  readonly exitSecondIs: number | null;
}

/**
 * One run: its files play one after another, several times where the list loops, until it is over or breaks off. Whatever
 * happens to the same file happens in seconds of its own, so that no two of its callbacks are equal, or equally old.
 */
export function relayRunStory(task: SimulatedTask, startedAtMs: number, random: Random, options: RunOptions): RunTold {
  const callbacks: Unnumbered[] = [];
  const tell = (atMs: number, happening: RelayHappening) => {
    callbacks.push({ kind: 'RELAY', appId: task.appId, atMs, task, happening });
  };
  tell(startedAtMs, { type: 'START' });
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
    tell(second * 1000, { type: 'FILE_START', index, url, durationSeconds });
    if (play === breaksOffAt) {
      second += random.integer(1, durationSeconds);
      break;
    }
    second += durationSeconds;
    // The host may differ between the two callbacks, as in the vendor's samples.
    const finishUrl = finishHost === null ? url : url.replace(/^http:\/\/[^/]+/, finishHost);
    tell(second * 1000, { type: 'FILE_FINISH', index, url: finishUrl, durationSeconds });
    second += random.integer(1, 3);
  }
  const troubled = random.shuffled(Array.from({ length: second - firstSecond }, (_, passed) => firstSecond + passed));
  for (const at of troubled.slice(0, random.integer(0, 3)))
    tell(at * 1000, { type: 'ALARM', alarm: random.pick(alarms) });
  if (random.chance(0.1)) tell(firstSecond * 1000, { type: 'RESET' });
  if (options.isLast && random.chance(0.3)) return { callbacks, startedAtMs, exitedAtMs: null };

  if (options.exitSecondIs !== null && second % 2 !== options.exitSecondIs) second += 1;
  const exitedAtMs = second * 1000 + (task.dialect.clock === 'MILLISECONDS' ? random.integer(0, 999) : 0);
  tell(exitedAtMs, exitOf(random));
  return { callbacks, startedAtMs, exitedAtMs };
}

/**
 * A task whose callbacks carry no time, as in the vendor's samples: one run, everything in it once, because what repeats
 * within a minute can't be told from a redelivery. Only the order counts, a millisecond stands for a place in it.
 */
export function timelessStory(stage: Stage, task: SimulatedTask, random: Random): Unnumbered[] {
  const happenings: RelayHappening[] = [{ type: 'START' }];
  const playing = random.integer(1, task.sourceUrls.length);
  task.sourceUrls.slice(0, playing).forEach((url, index) => {
    // A minute or more: a redelivery of such a file event is known as one for most of a minute.
    const file = { index, url, durationSeconds: random.integer(90, 14_920) };
    happenings.push({ type: 'FILE_START', ...file });
    if (index < playing - 1 || random.chance(0.5)) happenings.push({ type: 'FILE_FINISH', ...file });
  });
  for (const alarm of random.shuffled(alarms).slice(0, random.integer(0, 2))) happenings.push({ type: 'ALARM', alarm });
  if (random.chance(0.6)) happenings.push(exitOf(random));
  const beginsAtMs = stage.atMs - random.integer(1, 3_000) * 1000;
  return happenings.map((happening, place) => ({
    kind: 'RELAY',
    appId: task.appId,
    atMs: beginsAtMs + place,
    task,
    happening,
  }));
}

/** The vendor's sample names no task; others do. */
function exitOf(random: Random): RelayHappening {
  const [code, message] = random.pick(exits);
  return { type: 'EXIT', code, message, namesTask: random.chance(0.7) };
}
