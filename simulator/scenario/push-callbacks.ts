import { pushEndCodeOf, pushEndCodes, requestedEndCode } from './push-end-codes.ts';
import { pushActivityOf, streamNameOf } from './push-activity.ts';
import { randomOf, type Random } from './random.ts';
import type { ScenarioContext } from './scenario-context.ts';
import type { PushActivity, SimulatedInterruption, Unnumbered } from './simulated-callback.ts';

/** Milliseconds from the beginning of a scenario to its end. */
export const scenarioLengthMs = 3_600_000;

/** Enough sessions of one stream for takeovers, flapping and later pushes. */
const sessionsPerStreamMax = 6;

/** How one push of a stream follows the previous one. */
type Succession = 'TAKEOVER' | 'FLAP' | 'LATER';

const successions: readonly [Succession, ...Succession[]] = [
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
];

/** What the streams of a scenario share while their sessions are generated. */
interface SessionsSoFar {
  count: number;
  /** A sequence of the first account that the second one uses too: CSS does not promise that sequences differ. */
  reusableSequence: string | null;
  /** All end codes, shuffled, so that the sessions use each in turn. */
  readonly codes: typeof pushEndCodes;
}

/** Pushes and interruptions of many streams, each with a few sessions one after another. */
export function pushCallbacks(context: ScenarioContext): Unnumbered[] {
  const callbacks: Unnumbered[] = [];
  const codes = randomOf(context.seed, context.atMs, 'codes').shuffled(pushEndCodes);
  const soFar: SessionsSoFar = { count: 0, reusableSequence: null, codes };
  for (let stream = 0; soFar.count < context.sessions; stream += 1) {
    callbacks.push(...callbacksOfStream(context, stream, soFar));
  }
  return callbacks;
}

function* callbacksOfStream(context: ScenarioContext, stream: number, soFar: SessionsSoFar): Generator<Unnumbered> {
  const random = randomOf(context.seed, context.atMs, 'stream', stream);
  const sessionsMax = Math.min(random.integer(1, sessionsPerStreamMax), context.sessions - soFar.count);
  const account = random.chance(0.25) ? 1 : 0;
  const appId = context.appIds[account];
  const name = streamNameOf(context, random, stream);
  let startedAtMs = context.atMs - scenarioLengthMs + random.integer(0, scenarioLengthMs / 2 / 1000) * 1000;
  for (let session = 0; session < sessionsMax; session += 1) {
    const sequence = nextSequence(account, random, soFar);
    const activity = pushActivityOf({ appId, ...name, sequence, startedAtMs }, random);
    yield { kind: 'PUSH', appId, atMs: startedAtMs, activity };

    const succession = random.pick(successions);
    const endedAtMs = startedAtMs + random.integer(5, 600) * 1000;
    const code = soFar.codes[soFar.count % soFar.codes.length]?.code ?? 0;
    soFar.count += 1;
    // A session that would end after the scenario stays live.
    if (endedAtMs > context.atMs) return;
    yield interruptionOf(activity, endedAtMs, succession === 'TAKEOVER' ? requestedEndCode : code, random);
    // CSS does not promise that two interruptions of a session agree; the later one counts.
    if (random.chance(0.02)) {
      const later = interruptionOf(activity, endedAtMs + random.integer(1, 3) * 1000, random.pick([1, 8, 15]), random);
      if (later.atMs <= context.atMs) yield later;
    }
    startedAtMs = endedAtMs + secondsUntilNext(succession, random) * 1000;
    if (startedAtMs > context.atMs) return;
  }
}

function nextSequence(account: 0 | 1, random: Random, soFar: SessionsSoFar): string {
  const drawn = random.digits(random.integer(18, 19));
  if (account === 1) {
    const sequence = soFar.reusableSequence ?? drawn;
    soFar.reusableSequence = null;
    return sequence;
  }
  if (random.chance(0.1)) soFar.reusableSequence = drawn;
  return drawn;
}

/** A takeover begins before the interruption of the session that it replaces, or in the same second. */
function secondsUntilNext(succession: Succession, random: Random): number {
  if (succession === 'TAKEOVER') return random.integer(-3, 1);
  return succession === 'FLAP' ? random.integer(0, 2) : random.integer(15, 300);
}

/** CSS counts the duration in milliseconds but both times in whole seconds, so they agree only to half a second. */
export function interruptionOf(
  activity: PushActivity,
  atMs: number,
  code: number,
  random: Random,
): Omit<SimulatedInterruption, 'number'> {
  const pushDurationMs = atMs - activity.startedAtMs + random.integer(-499, 499);
  const { message } = pushEndCodeOf(code);
  return { kind: 'INTERRUPTION', appId: activity.appId, atMs, activity, pushDurationMs, code, message };
}
