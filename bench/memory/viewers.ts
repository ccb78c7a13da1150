/**
 * Subscribers of streams in their own process, and the callbacks, of which each receives a part. One subscriber after another loses its
 * connection and subscribes again after its last cursor. After each batch of callbacks, the process checks that each subscriber has
 * received all of its callbacks once and in log order.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { callbackRequests } from '../live/callback-requests.ts';
import { readMessage, subscription } from '../live/operation.ts';
import { openPosting } from '../live/posting.ts';
import { openSubscriber, type Subscriber } from '../live/subscriber.ts';

/** Opens more subscribers; or posts callbacks for a given time, and waits until all are received. */
export type Question =
  | { readonly do: 'open'; readonly port: number; readonly count: number }
  | { readonly do: 'post'; readonly port: number; readonly ms: number; readonly perSecond: number };

export interface Posted {
  readonly callbacks: number;
  readonly messages: number;
  readonly reconnections: number;
}

/** Subscribers with the same filter. */
interface Interest {
  /** All streams, if it is null. */
  readonly streamIds: readonly string[] | null;
  viewers: number;
  /** Callbacks that each should have received since the last check. */
  readonly keys: Set<string>;
}

interface Viewer {
  readonly interest: Interest;
  connection: Subscriber | null;
  cursor: string | null;
  position: number;
  /** Messages received since the last check. */
  received: number;
}

/** Streams come from the first callbacks; each subscriber has `streamsEach` of them, and one in a hundred has all. */
const [callbacksOfStreams, streamsEach, viewersOfAllEvery] = [10_000, 20, 100];

const postingConnections = 32;

/** How long a subscriber is away before it subscribes again. */
const awayMs = 1_000;

/** Milliseconds between two checks for a due callback or the last message, and how late that message may be. */
const [lookEveryMs, lateMsMax] = [5, 120_000];

const nextRequest = callbackRequests();
const all: Interest = { streamIds: null, viewers: 0, keys: new Set() };
const some = interestsInSome();
const byStream = new Map(some.flatMap((one) => (one.streamIds ?? []).map((id) => [id, one] as const)));
const viewers: Viewer[] = [];
let [expected, received, nextAway] = [0, 0, 0];

function interestsInSome(): Interest[] {
  const next = callbackRequests();
  const ids = [...new Set(Array.from({ length: callbacksOfStreams }, () => next().streamId))];
  return Array.from({ length: Math.floor(ids.length / streamsEach) }, (_, index) => ({
    streamIds: ids.slice(index * streamsEach, (index + 1) * streamsEach),
    viewers: 0,
    keys: new Set(),
  }));
}

async function connect(viewer: Viewer, port: number): Promise<void> {
  const { streamIds } = viewer.interest;
  viewer.connection = await openSubscriber({
    port,
    query: subscription,
    after: viewer.cursor,
    ...(streamIds === null ? {} : { filter: { streamId: { in: streamIds } } }),
    operations: 1,
    onMessages: () => undefined,
    onText: (text) => {
      const { position, key, cursor } = readMessage(text);
      if (!(position > viewer.position)) throw new Error('A message is not in the order of the log.');
      if (!viewer.interest.keys.has(key)) throw new Error('A message is not of a callback that was to be received.');
      [viewer.position, viewer.cursor] = [position, cursor];
      viewer.received += 1;
      received += 1;
    },
  });
}

async function open(port: number, count: number): Promise<void> {
  for (const end = viewers.length + count; viewers.length < end;) {
    const index = viewers.length;
    const interest = index % viewersOfAllEvery === 0 ? all : (some[index % some.length] ?? all);
    const viewer: Viewer = { interest, connection: null, cursor: null, position: 0, received: 0 };
    await connect(viewer, port);
    interest.viewers += 1;
    viewers.push(viewer);
  }
}

function takeRequest() {
  const request = nextRequest();
  for (const interest of [all, byStream.get(request.streamId)]) {
    interest?.keys.add(request.key);
    expected += interest?.viewers ?? 0;
  }
  return request;
}

async function reconnectUntil(port: number, isOver: () => boolean): Promise<number> {
  let reconnections = 0;
  for (; !isOver(); nextAway += 1) {
    const viewer = viewers[nextAway % viewers.length];
    // Without a cursor it would miss messages meanwhile.
    const leaves = viewer !== undefined && viewer.cursor !== null;
    if (leaves) viewer.connection?.end();
    await pause(awayMs);
    if (!leaves) continue;
    await connect(viewer, port);
    reconnections += 1;
  }
  return reconnections;
}

async function post(port: number, ms: number, perSecond: number): Promise<Posted> {
  const begunMs = performance.now();
  const elapsedMs = () => performance.now() - begunMs;
  const posting = await openPosting({
    port,
    connections: postingConnections,
    next: takeRequest,
    onAcknowledged: () => undefined,
  });
  const [hadReceived, reconnecting] = [received, reconnectUntil(port, () => elapsedMs() >= ms - awayMs)];
  while (elapsedMs() < ms) {
    while (posting.posted() < (elapsedMs() * perSecond) / 1_000 && posting.post());
    await pause(lookEveryMs);
  }
  while (received < expected || posting.acknowledged() < posting.posted()) {
    if (elapsedMs() > ms + lateMsMax) throw new Error(`${expected - received} messages are missing.`);
    await pause(lookEveryMs);
  }
  posting.end();
  const reconnections = await reconnecting;
  check();
  return { callbacks: posting.acknowledged(), messages: received - hadReceived, reconnections };
}

/** Positions increase at each subscriber, so if the number of messages equals that of callbacks, each was received once. */
function check(): void {
  for (const viewer of viewers) {
    if (viewer.received !== viewer.interest.keys.size)
      throw new Error('A subscriber has received too few or too many.');
    viewer.received = 0;
  }
  for (const { keys } of [all, ...some]) keys.clear();
}

async function answer(question: Question): Promise<Posted | 'done'> {
  if (question.do === 'post') return post(question.port, question.ms, question.perSecond);
  await open(question.port, question.count);
  return 'done';
}

process.on('message', (question: Question) => {
  void answer(question).then((answered) => process.send?.(answered));
});
