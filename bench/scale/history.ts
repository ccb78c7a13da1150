import { randomOf, type Random } from '../../simulator/scenario/random.ts';
import { interruptionOf } from '../../simulator/scenario/push-callbacks.ts';
import { relayRun } from '../../simulator/scenario/relay-run.ts';
import type { PushActivity, SimulatedTask, Unnumbered } from '../../simulator/scenario/simulated-callback.ts';
import { createAgenda } from './agenda.ts';

/** The first and the last day of the history. */
export const historyBeginsMs = Date.UTC(2026, 0, 1);
export const historyDays = 90;
export const historyEndsMs = historyBeginsMs + historyDays * 86_400_000;

/** Sessions of each stream in that time: ten thousand sessions make a few hundred streams, a million make twenty thousand. */
const sessionsPerStream = 50;

const [accounts, domains, nodes] = [5, 20, 50];
const endCodes: readonly [number, ...number[]] = [1, 2, 8, 14, 15, 35];

/** Shares of the sessions that start right after another, that end another, and that lose a callback. */
const [flaps, takeovers, lostPushes, lostEnds] = [0.2, 0.04, 0.01, 0.01];

/**
 * Callbacks of a number of sessions and of some looping relay tasks, in the order in which they happened. The same number gives the same
 * history. Streams flap, are taken over, and go on for days; callbacks are lost.
 */
export function* historyOf(sessions: number): Generator<Unnumbered> {
  const random = randomOf('scale', sessions);
  const streams = Math.ceil(sessions / sessionsPerStream);
  const agenda = createAgenda<() => Iterable<Unnumbered>>();
  let begun = 0;

  function* begin(stream: number, startedAtMs: number): Generator<Unnumbered> {
    if (begun === sessions) return;
    begun += 1;
    const activity = activityOf(stream, startedAtMs, random);
    const endedAtMs = startedAtMs + secondsOf(random) * 1_000;
    const isTakenOver = random.chance(takeovers);
    agenda.add(endedAtMs, () => endOf(activity, endedAtMs, isTakenOver));
    if (isTakenOver) agenda.add(endedAtMs - 1_000, () => begin(stream, endedAtMs - 1_000));
    else if (random.chance(flaps)) {
      const againAtMs = endedAtMs + random.integer(1, 30) * 1_000;
      agenda.add(againAtMs, () => begin(stream, againAtMs));
    }
    if (!random.chance(lostPushes)) yield { kind: 'PUSH', appId: activity.appId, atMs: startedAtMs, activity };
  }

  function* endOf(activity: PushActivity, atMs: number, isTakenOver: boolean): Generator<Unnumbered> {
    if (!random.chance(lostEnds))
      yield interruptionOf(activity, atMs, isTakenOver ? 21 : random.pick(endCodes), random);
  }

  const firstOfAll = Math.ceil(sessions * (1 - takeovers - flaps * (1 - takeovers)));
  for (let index = 0; index < firstOfAll; index += 1) {
    const atMs = historyBeginsMs + Math.floor((index / firstOfAll) * historyDays * 86_400) * 1_000;
    if (index % 1_000 === 0) for (const one of taskOf(index / 1_000, atMs, random)) agenda.add(one.atMs, () => [one]);
    for (const happens of agenda.until(atMs)) yield* happens();
    yield* begin(random.integer(0, streams - 1), atMs);
  }
  for (const happens of agenda.until(historyEndsMs)) yield* happens();
}

/** Most last for up to an hour, some for hours, and 1 in 50 for days. */
function secondsOf(random: Random): number {
  if (random.chance(0.02)) return random.integer(86_400, 5 * 86_400);
  return random.chance(0.3) ? random.integer(3_600, 4 * 3_600) : random.integer(60, 3_600);
}

function activityOf(stream: number, startedAtMs: number, random: Random): PushActivity {
  return {
    appId: String(1_300_000_000 + (stream % accounts)),
    domain: `push${stream % domains}.example.com`,
    path: stream % 10 === 0 ? 'app-2' : 'live',
    streamId: `stream-${stream}`,
    channelId: `stream-${stream}`,
    sequence: random.digits(19),
    startedAtMs,
    node: `100.64.1.${random.integer(1, nodes)}`,
    userIp: `10.${(stream >> 8) % 256}.${stream % 256}.${random.integer(1, 20)}`,
    streamParam: `txSecret=${random.digits(32)}&txTime=6B0E1A7F`,
    dialect: {
      appIdField: 'appid',
      tAsText: false,
      durationAsText: true,
      sequenceAsNumber: false,
      laterFields: null,
    },
  };
}

/** A relay task that loops its files, breaks off and is restarted. */
function* taskOf(number: number, startedAtMs: number, random: Random): Generator<Unnumbered> {
  const task: SimulatedTask = {
    appId: String(1_300_000_000 + (number % accounts)),
    taskId: String(100_000 + number),
    sourceUrls: [0, 1, 2].map((file) => `http://source.example.com/vod/${number}/${file}.mp4`),
    toUrl: `rtmp://push${number % domains}.example.com/live/relay-${number}`,
    domain: `push${number % domains}.example.com`,
    path: 'live',
    streamId: `relay-${number}`,
    dialect: {
      clock: 'MILLISECONDS',
      appIdField: 'appid',
      numbersAsText: false,
      streamIdEmpty: false,
      callbackUrl: false,
    },
  };
  let atMs = startedAtMs;
  for (const run of [1, 2, 3]) {
    const { callbacks, exitedAtMs } = relayRun(task, atMs, random, { isLast: run === 3, exitSecondParity: null });
    yield* callbacks;
    if (exitedAtMs === null) return;
    atMs = exitedAtMs + random.integer(1, 120) * 1_000;
  }
}
