import { ANY, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { EventStoreDbAppender } from '../../src/log/eventstoredb/appender.ts';
import { encodeEvent } from '../../src/log/eventstoredb/event-codec.ts';
import { createStreamNames } from '../../src/log/eventstoredb/settings.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { history } from '../callback-history.ts';
import { summarise } from '../measure.ts';
import { newPrefix, relayShare, type Bench } from './bench.ts';
import { line, spread } from '../table.ts';

const inFlightCounts = [64, 512] as const;

/** Milliseconds of a slice: short enough that the machine hardly changes. */
const sliceMs = 500;

/** Callbacks prepared beforehand; they are appended repeatedly, each time with a new id. */
const callbacksReady = 20_000;

/** Appends the next callback; resolves once the server has it. */
type AppendNext = () => Promise<unknown>;

interface Slice {
  readonly perSecond: number;
  /** CPU time of this process per append. */
  readonly cpuUs: number;
}

interface Pair {
  readonly ours: Slice;
  readonly theirs: Slice;
}

/** Compares appends through the port with those of the bare client, in alternating slices of one process. */
export async function measureAppending({ url, rounds, ms }: Bench): Promise<void> {
  const prefix = newPrefix();
  const appender = new EventStoreDbAppender({ url, prefix, logger: silentLogger });
  await appender.answering();
  const client = EventStoreDBClient.connectionString(url);
  const [ours, theirs] = [throughPort(appender), byClient(client, prefix)];
  const pairs = Math.max(1, Math.round((rounds * ms) / (2 * sliceMs)));
  line(['in flight', 9], ['port: appends/s', 22], ['client: appends/s', 22], ['ratio', 18], ['CPU µs each', 14]);
  for (const inFlight of inFlightCounts) {
    const measured: Pair[] = [];
    // The first pair warms up.
    for (let pair = 0; pair <= pairs; pair += 1) {
      // Each goes first equally often.
      const inTurn = pair % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const slices = new Map<AppendNext, Slice>();
      for (const append of inTurn) slices.set(append, await measureSlice(append, inFlight));
      const [one, other] = [slices.get(ours), slices.get(theirs)];
      if (pair > 0 && one !== undefined && other !== undefined) measured.push({ ours: one, theirs: other });
    }
    print(inFlight, measured);
  }
  await appender.close();
  await client.dispose();
}

function throughPort(appender: EventStoreDbAppender): AppendNext {
  const arrivals = forEver([...history({ events: callbacksReady, relayShare })]);
  return () => {
    const { streamName, event } = arrivals.next().value;
    return appender.append(streamName, [{ ...event, eventId: randomUUID() }], 'any');
  };
}

/** Appends the same bytes to the same streams; the client's input is prepared beforehand. */
function byClient(client: EventStoreDBClient, prefix: string): AppendNext {
  const names = createStreamNames(prefix);
  const encoded = [...history({ events: callbacksReady, relayShare })].map(({ streamName, event }) => {
    const { id, type, data, metadata } = encodeEvent(event);
    const made = jsonEvent({ id, type, data: valueOf(data), metadata: valueOf(metadata) });
    return { streamName: names.toServer(streamName), event: made };
  });
  const arrivals = forEver(encoded);
  return () => {
    const { streamName, event } = arrivals.next().value;
    return client.appendToStream(streamName, { ...event, id: randomUUID() }, { expectedRevision: ANY });
  };
}

function valueOf(json: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(json).toString()) as Record<string, unknown>;
}

function* forEver<Value>(values: readonly Value[]): Generator<Value, never> {
  for (;;) yield* values;
}

/** Keeps `inFlight` appends in flight for a slice, and waits for the last of them. */
async function measureSlice(append: AppendNext, inFlight: number): Promise<Slice> {
  const cpu = process.cpuUsage();
  const begunMs = performance.now();
  let appended = 0;
  const keepOneInFlight = async () => {
    while (performance.now() - begunMs < sliceMs) {
      await append();
      appended += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepOneInFlight));
  const elapsedMs = performance.now() - begunMs;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (appended * 1_000) / elapsedMs, cpuUs: (user + system) / appended };
}

function print(inFlight: number, pairs: readonly Pair[]): void {
  const cpuUs = (pick: (pair: Pair) => Slice) => summarise(pairs.map((pair) => pick(pair).cpuUs)).median.toFixed(0);
  line(
    [String(inFlight), 9],
    [spread(pairs.map(({ ours }) => ours.perSecond)), 22],
    [spread(pairs.map(({ theirs }) => theirs.perSecond)), 22],
    [spread(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)), 18],
    [`${cpuUs(({ ours }) => ours)} to ${cpuUs(({ theirs }) => theirs)}`, 14],
  );
}
