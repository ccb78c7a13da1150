/**
 * How many faults become incidents, how soon, and how many incidents there are without a fault?
 * Run: npm run bench:incidents (--weeks N makes it longer, --from SEED takes other weeks than those that rules are chosen by).
 */
import { benchFlags } from './bench-flags.ts';
import { writeArrival } from '../src/callbacks/arrival.ts';
import { interpret } from '../src/callbacks/callback.ts';
import { nameEvent } from '../src/callbacks/event-naming.ts';
import type { RecordedEvent } from '../src/log/event-store.ts';
import { openReadModelInMemory } from '../src/projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../src/projecting/file/read-model-writer.ts';
import { projectBatch } from '../src/projecting/project-batch.ts';
import { arrivalsOf, faultsOf, inOrder, ordinaryPushes, withFault } from '../test/support/incident-traffic.ts';
import type { TestArrival } from '../test/support/ledger.ts';

const values = benchFlags({
  weeks: { type: 'string', default: '10' },
  streams: { type: 'string', default: '500' },
  from: { type: 'string', default: '1' },
});
const [weeks, streams, from] = [Number(values.weeks), Number(values.streams), Number(values.from)];
const hours = 7 * 24;

/** Seconds of arrivals that are projected together, as a service does it that is watched by nobody. */
const batchMs = 10_000;

const logger = { info: () => undefined, warn: () => undefined, error: console.error, debug: () => undefined };

function eventOf({ body, receivedAtMs }: TestArrival, index: number): RecordedEvent {
  const { streamName, eventType } = nameEvent(interpret(body));
  return {
    position: BigInt(index + 1),
    eventId: String(index),
    streamName,
    type: eventType,
    revision: 0n,
    recordedAtMs: receivedAtMs,
    data: Buffer.from(JSON.stringify(body)),
    metadata: writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '' }),
  };
}

interface Seen {
  readonly id: number;
  readonly startedAtMs: number;
  readonly affected: number;
}

const total = { faults: 0, found: 0, late: 0, others: 0, withoutFaults: 0, extra: 0 };
const deciding = { ms: 0, times: 0 };
const delays: number[] = [];
const missed: string[] = [];
for (let seed = from; seed < from + weeks; seed += 1) {
  for (const hasFaults of [false, true]) {
    const faults = hasFaults ? faultsOf(hours, seed) : [];
    const pushes = faults.reduce(withFault, ordinaryPushes(streams, hours, seed));
    const arrivals = inOrder(arrivalsOf(pushes));
    const db = openReadModelInMemory('bench');
    const rows = createReadModelWriter(db);
    const incidents = db.prepare<[], Seen>('SELECT id, started_at AS startedAtMs, affected FROM incidents');
    const firstSeen = new Map<number, number>();
    let batch: RecordedEvent[] = [];
    let untilMs = 0;
    const project = () => {
      projectBatch(rows, batch, logger);
      const beganMs = performance.now();
      rows.decideIncidents();
      deciding.ms += performance.now() - beganMs;
      deciding.times += 1;
      batch = [];
      for (const { id } of incidents.all()) if (!firstSeen.has(id)) firstSeen.set(id, untilMs);
    };
    arrivals.forEach((arrival, index) => {
      if (arrival.receivedAtMs > untilMs) {
        if (batch.length > 0) project();
        untilMs = arrival.receivedAtMs + batchMs;
      }
      batch.push(eventOf(arrival, index));
    });
    project();
    const found = incidents.all();
    if (!hasFaults) total.withoutFaults += found.length;
    const explained = new Set<number>();
    for (const fault of faults) {
      const taken = arrivals.filter(
        ({ body }) =>
          body['event_type'] === 0 &&
          fault.codes.includes(Number(body['errcode'])) &&
          Number(body['event_time']) >= fault.at &&
          Number(body['event_time']) < fault.at + 60,
      );
      const fifth = taken[4];
      if (fifth === undefined) continue;
      total.faults += 1;
      const own = found.filter(({ startedAtMs }) => Math.abs(startedAtMs / 1_000 - fault.at) < 300);
      for (const { id } of own) explained.add(id);
      total.extra += Math.max(0, own.length - 1);
      const [first] = own.map(({ id }) => (firstSeen.get(id) ?? Infinity) - fifth.receivedAtMs).sort((a, b) => a - b);
      if (first === undefined) {
        missed.push(`${taken.length} × ${fault.codes.join('/')}`);
        continue;
      }
      total.found += 1;
      delays.push(first);
      if (first > 60_000) total.late += 1;
    }
    total.others += hasFaults ? found.filter(({ id }) => !explained.has(id)).length : 0;
    db.close();
  }
  console.log(JSON.stringify({ seed, ...total }));
}
delays.sort((one, other) => one - other);
console.log(
  `${weeks} weeks of ${streams} streams without faults: ${total.withoutFaults} incidents. With faults: ${total.found} of ${total.faults} found, ` +
    `${total.late} later than 60 s after the fifth callback (half within ${((delays[delays.length >> 1] ?? 0) / 1_000).toFixed(0)} s, all within ${((delays.at(-1) ?? 0) / 1_000).toFixed(0)} s), ` +
    `${total.extra} more than one for a fault, ${total.others} without one. Missed: ${missed.join(', ') || 'none'}. A decision took ${(deciding.ms / deciding.times).toFixed(1)} ms on average.`,
);
