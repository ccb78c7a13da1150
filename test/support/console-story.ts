import { planDeliveries } from '../../simulator/delivery/delivery-plan.ts';
import type { Secrets } from '../../simulator/delivery/delivery-request.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import { pushEndCodeOf } from '../../simulator/scenario/push-end-codes.ts';
import type { PushActivity, RelayEvent, Unnumbered } from '../../simulator/scenario/simulated-callback.ts';
import { projectionCaughtUp } from './ask-ledger.ts';
import { activity, file, start, task } from './simulated.ts';
import { deliverTo, noHabits, openSecrets } from './simulation.ts';

/** A push of the story: minutes before now, and the code of its end, or null while it is live. */
export interface StoryPush {
  readonly sequence: string;
  readonly streamId: string;
  /** A domain other than the story's. */
  readonly domain?: string;
  readonly beganMinutesAgo: number;
  readonly ended: { readonly minutesAgo: number; readonly code: number } | null;
}

/** The data shown on the pages: a stream that the network breaks, and one that a relay task feeds and restarts. */
export const story = {
  flapping: [
    push('7000000000000000001', 'studio-a', 360, [240, 1]),
    push('7000000000000000002', 'studio-a', 239, [140, 8]),
    push('7000000000000000003', 'studio-a', 139, [135, 8]),
    push('7000000000000000004', 'studio-a', 134, null),
  ],
  fed: [push('7000000000000000011', 'news', 180, [60, 8]), push('7000000000000000012', 'news', 59, null)],
  taskId: 'relay-news',
} as const;

function push(
  sequence: string,
  streamId: string,
  beganMinutesAgo: number,
  end: readonly [minutesAgo: number, code: number] | null,
): StoryPush {
  return { sequence, streamId, beganMinutesAgo, ended: end && { minutesAgo: end[0], code: end[1] } };
}

/** Sends the story to a server, and waits until the server shows it. */
export async function sendStory(url: string, sender: Sender = {}): Promise<void> {
  const nowMs = secondBefore(Date.now());
  await send(url, nowMs, storyCallbacks(nowMs), sender);
}

/** Every callback of the story. */
export function storyCallbacks(nowMs: number): Unnumbered[] {
  const pushes = [...story.flapping, ...story.fed].flatMap((each) => pushCallbacks(each, nowMs));
  return [...pushes, ...recordings(nowMs), ...relays(nowMs)];
}

/** Sends callbacks of pushes only. */
export async function sendPushes(url: string, pushes: readonly StoryPush[], sender: Sender = {}): Promise<void> {
  const nowMs = secondBefore(Date.now());
  const callbacks = pushes.flatMap((each) => pushCallbacks(each, nowMs));
  await send(url, nowMs, callbacks, sender);
}

/** The server's requirements for callbacks and for clients; none by default. */
interface Sender {
  readonly secrets?: Secrets;
  readonly apiToken?: string;
}

async function send(url: string, atMs: number, callbacks: readonly Unnumbered[], sender: Sender): Promise<void> {
  const numbered = callbacks.map((callback, number) => ({ ...callback, number }));
  const scenario: Scenario = { seed: 'story', atMs, appIds: ['1000000001'], callbacks: numbered };
  const plan = planDeliveries(scenario, noHabits);
  const simulation = { scenario, plan, secrets: sender.secrets ?? openSecrets };
  const { failed } = await deliverTo(url, simulation, { connections: 16 });
  if (failed.length > 0) throw new Error(`${failed.length} callbacks of the story were not taken.`);
  await projectionCaughtUp(url, sender.apiToken);
}

/** The beginning of a push, and its end if it has ended. */
export function pushCallbacks(
  { sequence, streamId, domain, beganMinutesAgo, ended }: StoryPush,
  nowMs: number,
): Unnumbered[] {
  const startedAtMs = minutesBefore(nowMs, beganMinutesAgo);
  const of: PushActivity = {
    ...activity(sequence, 0),
    streamId,
    channelId: streamId,
    startedAtMs,
    ...(domain && { domain }),
  };
  const began: Unnumbered = { kind: 'PUSH', appId: of.appId, atMs: startedAtMs, activity: of };
  if (ended === null) return [began];
  const { minutesAgo, code } = ended;
  const endedAtMs = minutesBefore(nowMs, minutesAgo);
  const pushDurationMs = endedAtMs - startedAtMs;
  const { message } = pushEndCodeOf(code);
  return [
    began,
    { kind: 'INTERRUPTION', appId: of.appId, atMs: endedAtMs, activity: of, pushDurationMs, code, message },
  ];
}

/** A recording of the second push, and a screenshot of the fourth. */
function recordings(nowMs: number): Unnumbered[] {
  return [
    { eventType: 100, minutesAgo: 140 },
    { eventType: 200, minutesAgo: 120 },
  ].map(({ eventType, minutesAgo }) => ({
    kind: 'OTHER',
    appId: '1000000001',
    atMs: minutesBefore(nowMs, minutesAgo),
    eventType,
    domain: 'push.example.com',
    streamId: 'studio-a',
    more: { event_time: minutesBefore(nowMs, minutesAgo) / 1_000, file_id: '1000000000000000001' },
  }));
}

/** Two runs: the first plays two files repeatedly until it exits, the second is still playing. */
function relays(nowMs: number): Unnumbered[] {
  const of = {
    ...task(story.taskId),
    sourceUrls: fileNames.map(urlOfFile),
    toUrl: 'rtmp://push.example.com/live/news',
    domain: 'push.example.com',
    streamId: 'news',
  };
  const at = (minutesAgo: number, event: RelayEvent): Unnumbered => ({
    kind: 'RELAY',
    appId: of.appId,
    atMs: minutesBefore(nowMs, minutesAgo),
    task: of,
    event,
  });
  const loops = [175, 145, 115, 85].flatMap((minutesAgo, loop) => [
    at(minutesAgo, named('FILE_START', loop % 2)),
    at(minutesAgo - 25, named('FILE_FINISH', loop % 2)),
  ]);
  return [
    at(180, start),
    ...loops,
    at(70, { type: 'ALARM', alarm: 'PullFileUnstable' }),
    at(60, { type: 'EXIT', code: -22, message: 'write packet error.', namesTask: true }),
    at(59, start),
    at(58, named('FILE_START', 0)),
  ];
}

/** The task's source files; a number in a name would look like the file's number, which begins with 1. */
const fileNames = ['intro', 'show'] as const;

const urlOfFile = (name: string) => `http://source.example.com/${name}.mp4`;

function named(type: 'FILE_START' | 'FILE_FINISH', index: number): RelayEvent {
  return { ...file(type, index), url: urlOfFile(fileNames[index] ?? '') } as RelayEvent;
}

function minutesBefore(nowMs: number, minutes: number): number {
  return nowMs - minutes * 60_000;
}

/** CSS counts whole seconds. */
function secondBefore(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
