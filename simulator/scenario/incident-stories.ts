import { interruptionOf } from './push-callbacks.ts';
import { ownDomainOf, pushActivityOf } from './push-activity.ts';
import { randomOf, type Random } from './random.ts';
import type { ScenarioContext, Story } from './scenario-context.ts';
import type { PushActivity, RelayEvent, SimulatedTask, Unnumbered } from './simulated-callback.ts';

/** What the service must make of a story: its one incident, or none. */
export interface KnownIncident {
  readonly kind: 'PUSH' | 'ATTEMPT' | 'RELAY_RUN';
  readonly side: string;
  readonly code: number | null;
  readonly affected: number;
  readonly back: number;
  readonly accessPointNetwork: string | null;
  readonly sourceHost: string | null;
}

/** Milliseconds from the beginning of a story to its end. */
export const storyMs = 12 * 3_600_000;

/** Milliseconds from the fault to the end. */
const faultMs = 30 * 60_000;

/** Streams of a story: as many as on a usual night. */
const streamsTotal = 518;

/** The callbacks of a story, and what is known of it. */
export function storyOf(context: ScenarioContext, story: Story): { callbacks: Unnumbered[]; known: KnownIncident[] } {
  switch (story) {
    case 'quiet':
      return { callbacks: streamsOf(context, reconnecting), known: [] };
    case 'night': {
      const taken = (stream: number) => stream < 300;
      const callbacks = streamsOf(
        context,
        faultOf(taken, [5], (stream) => stream < 180),
      );
      return { callbacks, known: [{ ...nothing, side: 'PLATFORM', code: 5, affected: 300, back: 180 }] };
    }
    case 'provider': {
      const taken = (stream: number) => stream % providers === 1;
      const affected = Array.from({ length: streamsTotal }, (_, stream) => stream).filter(taken).length;
      const callbacks = streamsOf(
        context,
        faultOf(taken, [12, 13, 14, 15], () => false),
      );
      return {
        callbacks,
        known: [{ ...nothing, side: 'NETWORK', affected, accessPointNetwork: `${networkOf(1)}.0/24` }],
      };
    }
    case 'expired-key':
      return {
        callbacks: [...streamsOf(context, reconnecting), ...refusedAttempts(context)],
        known: [{ ...nothing, kind: 'ATTEMPT', side: 'CONFIGURATION', code: 18, affected: refusedTotal }],
      };
    case 'relay-source': {
      const [callbacks, sourceHost] = relaysOf(context);
      return {
        callbacks,
        known: [{ ...nothing, kind: 'RELAY_RUN', side: 'UNKNOWN', code: -5, affected: relaysTotal, sourceHost }],
      };
    }
  }
}

const nothing: KnownIncident = {
  kind: 'PUSH',
  side: 'UNKNOWN',
  code: null,
  affected: 0,
  back: 0,
  accessPointNetwork: null,
  sourceHost: null,
};

/** Providers of the pushers: each has access points in a network of its own. */
const providers = 3;
const networkOf = (stream: number) => `198.51.${100 + (stream % providers)}`;

/** The end of a push, or null if it goes on. */
interface Ending {
  readonly atMs: number;
  readonly code: number;
  /** When the stream pushes again; null: it does not. */
  readonly backAtMs: number | null;
}

type EndingsOf = (context: ScenarioContext, stream: number, random: Random) => readonly Ending[];

/** A stream in four is interrupted once by its own uplink, at any time, and is back at once. */
const reconnecting: EndingsOf = ({ atMs }, stream, random) => {
  if (stream % 4 !== 3) return [];
  const endedAtMs = atMs - 60_000 - random.integer(0, (storyMs - 2 * 3_600_000) / 1_000) * 1_000;
  return [{ atMs: endedAtMs, code: random.pick([8, 12, 15]), backAtMs: endedAtMs + random.integer(2, 20) * 1_000 }];
};

const faultOf =
  (isTaken: (stream: number) => boolean, codes: readonly [number, ...number[]], isBack: (stream: number) => boolean) =>
  (context: ScenarioContext, stream: number, random: Random): readonly Ending[] => {
    if (!isTaken(stream)) return [];
    const atMs = context.atMs - faultMs + random.integer(0, 55) * 1_000;
    const backAtMs = isBack(stream) ? atMs + random.integer(30, 900) * 1_000 : null;
    return [{ atMs, code: random.pick(codes), backAtMs }];
  };

/** Streams that have pushed for hours. */
function streamsOf(context: ScenarioContext, endingsOf: EndingsOf): Unnumbered[] {
  return Array.from({ length: streamsTotal }, (_, stream) => {
    const random = randomOf(context.seed, context.atMs, 'story', stream);
    const callbacks: Unnumbered[] = [];
    const begin = (startedAtMs: number) => {
      const activity = activityOf(context, stream, { random, startedAtMs });
      callbacks.push({ kind: 'PUSH', appId: activity.appId, atMs: startedAtMs, activity });
      return activity;
    };
    let activity = begin(context.atMs - storyMs + random.integer(0, 3_600) * 1_000);
    for (const { atMs, code, backAtMs } of endingsOf(context, stream, random)) {
      callbacks.push(interruptionOf(activity, atMs, code, random));
      if (backAtMs !== null) activity = begin(backAtMs);
    }
    return callbacks;
  }).flat();
}

function activityOf(
  context: ScenarioContext,
  stream: number,
  { random, startedAtMs }: { readonly random: Random; readonly startedAtMs: number },
): PushActivity {
  const domain = context.domains[0] ?? ownDomainOf(context, 'push');
  const name = { domain, path: 'live', streamId: `stream-${context.id}-${stream}` };
  const activity = pushActivityOf(
    { appId: context.appIds[0], ...name, sequence: random.digits(19), startedAtMs },
    random,
  );
  return { ...activity, node: `${networkOf(stream)}.${1 + (stream % 7)}` };
}

/** Streams whose push URL has expired: their encoders try again every few seconds. */
const refusedTotal = 20;

function refusedAttempts(context: ScenarioContext): Unnumbered[] {
  return Array.from({ length: refusedTotal }, (_, number) => {
    const random = randomOf(context.seed, context.atMs, 'refused', number);
    const callbacks: Unnumbered[] = [];
    const beganMs = context.atMs - faultMs + random.integer(0, 120) * 1_000;
    for (let atMs = beganMs; atMs < context.atMs; atMs += random.integer(20, 40) * 1_000) {
      const activity = activityOf(context, streamsTotal + number, { random, startedAtMs: atMs });
      callbacks.push(interruptionOf(activity, atMs, 18, random));
    }
    return callbacks;
  }).flat();
}

/** Relay tasks that pull from one host, which goes away. */
const relaysTotal = 15;

function relaysOf(context: ScenarioContext): [callbacks: Unnumbered[], sourceHost: string] {
  const sourceHost = ownDomainOf(context, 'source');
  const callbacks = Array.from({ length: 2 * relaysTotal }, (_, number): Unnumbered[] => {
    const random = randomOf(context.seed, context.atMs, 'relay', number);
    const host = number < relaysTotal ? sourceHost : `other-${sourceHost}`;
    const domain = context.domains[0] ?? ownDomainOf(context, 'relay');
    const streamId = `relay-${context.id}-${number}`;
    const task: SimulatedTask = {
      appId: context.appIds[0],
      taskId: String(200_000 + number),
      domain,
      path: 'live',
      streamId,
      sourceUrls: [`http://${host}/live/${number}.flv`],
      toUrl: `rtmp://${domain}/live/${streamId}`,
      dialect: {
        clock: 'MILLISECONDS',
        appIdField: 'appid',
        numbersAsText: false,
        streamIdEmpty: false,
        callbackUrl: false,
      },
    };
    const eventOf = (atMs: number, event: RelayEvent): Unnumbered => ({
      kind: 'RELAY',
      appId: task.appId,
      atMs,
      task,
      event,
    });
    const startedAtMs = context.atMs - storyMs + random.integer(0, 3_600) * 1_000;
    const exitedAtMs = context.atMs - faultMs + random.integer(0, 50_000);
    const { appId } = task;
    const activity = pushActivityOf(
      { appId, domain, path: 'live', streamId, sequence: random.digits(19), startedAtMs: startedAtMs + 2_000 },
      random,
    );
    const running: Unnumbered[] = [
      eventOf(startedAtMs, { type: 'START' }),
      { kind: 'PUSH', appId, atMs: activity.startedAtMs, activity },
    ];
    if (host !== sourceHost) return running;
    // The task closes its own push, so that CSS reports an end by the pusher.
    const endedAtMs = Math.floor(exitedAtMs / 1_000) * 1_000 - 1_000;
    const exit = { type: 'EXIT', code: -5, message: 'read packet error.', namesTask: true } as const;
    return [...running, interruptionOf(activity, endedAtMs, 1, random), eventOf(exitedAtMs, exit)];
  }).flat();
  return [callbacks, sourceHost];
}
