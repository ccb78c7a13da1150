import { pushEndCodeOf, pushEndCodes, requestedEndCode } from './push-end-codes.ts';
import { pushActivityOf, streamNameOf } from './push-activity.ts';
import { randomOf, type Random } from './random.ts';
import type { PushActivity, SimulatedInterruption, Unnumbered } from './simulated-callback.ts';
import type { Stage } from './stage.ts';

/** All of a story lies in these milliseconds before the moment that it is told at. */
export const storyLengthMs = 3_600_000;

/** Sessions of one stream: enough that they take over from each other, flap and follow. */
const sessionsOfStreamMax = 6;

/** How one push of a stream follows another. */
type Succession = 'TAKEOVER' | 'FLAP' | 'LATER';

/** Pushes and interruptions of many streams, each with a few sessions that follow each other. */
export function pushStories(stage: Stage): Unnumbered[] {
  const callbacks: Unnumbered[] = [];
  const codes = randomOf(stage.seed, stage.atMs, 'codes').shuffled(pushEndCodes);
  const told: Told = { sessions: 0, reusable: null };
  for (let stream = 0; told.sessions < stage.sessions; stream += 1) {
    const random = randomOf(stage.seed, stage.atMs, 'stream', stream);
    const sessionsMax = Math.min(random.integer(1, sessionsOfStreamMax), stage.sessions - told.sessions);
    callbacks.push(...streamStory(stage, random, stream, sessionsMax, told, codes));
  }
  return callbacks;
}

interface Told {
  sessions: number;
  /** A sequence of the first account that the second may use once too: CSS promises nothing else. */
  reusable: string | null;
}

function* streamStory(
  stage: Stage,
  random: Random,
  stream: number,
  sessionsMax: number,
  told: Told,
  codes: typeof pushEndCodes,
): Generator<Unnumbered> {
  const account = random.chance(0.25) ? 1 : 0;
  const appId = stage.appIds[account];
  const name = streamNameOf(stage, random, stream);
  let startedAtMs = stage.atMs - storyLengthMs + random.integer(0, storyLengthMs / 2 / 1000) * 1000;
  for (let session = 0; session < sessionsMax; session += 1) {
    const drawn = random.digits(random.integer(18, 19));
    const sequence = account === 1 ? (told.reusable ?? drawn) : drawn;
    if (account === 1) told.reusable = null;
    else if (random.chance(0.1)) told.reusable = drawn;
    const activity = pushActivityOf({ appId, ...name, sequence, startedAtMs }, random);
    yield { kind: 'PUSH', appId, atMs: startedAtMs, activity };

    const succession = random.pick<Succession>([
      'TAKEOVER',
      'TAKEOVER',
      'TAKEOVER',
      'FLAP',
      'FLAP',
      'FLAP',
      'LATER',
      'LATER',
      'LATER',
      'LATER',
    ]);
    const endedAtMs = startedAtMs + random.integer(5, 600) * 1000;
    const code = codes[told.sessions % codes.length]?.code ?? 0;
    told.sessions += 1;
    // What has not ended at the moment that the story is told at is live.
    if (endedAtMs > stage.atMs) return;
    const end = endOf(activity, endedAtMs, succession === 'TAKEOVER' ? requestedEndCode : code, random);
    yield end;
    // Nothing promises that two interruptions of a session agree: the later one is told.
    if (random.chance(0.02))
      yield endOf(activity, endedAtMs + random.integer(1, 3) * 1000, random.pick([1, 8, 15]), random);
    startedAtMs = endedAtMs + secondsUntilNext(succession, random) * 1000;
    if (startedAtMs > stage.atMs) return;
  }
}

/** A takeover begins before the interruption of the session that it replaces, or in the same second. */
function secondsUntilNext(succession: Succession, random: Random): number {
  if (succession === 'TAKEOVER') return random.integer(-3, 1);
  return succession === 'FLAP' ? random.integer(0, 2) : random.integer(15, 300);
}

/** CSS counts the duration in milliseconds, and the two times in whole seconds: they fit by half a second. */
export function endOf(
  activity: PushActivity,
  atMs: number,
  code: number,
  random: Random,
): Omit<SimulatedInterruption, 'number'> {
  const pushDurationMs = atMs - activity.startedAtMs + random.integer(-499, 499);
  const { message } = pushEndCodeOf(code);
  return { kind: 'INTERRUPTION', appId: activity.appId, atMs, activity, pushDurationMs, code, message };
}
