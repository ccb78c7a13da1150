import { digestOf } from '../callbacks/identity.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';
import { querySlices } from '../api/execution/execute.ts';
import { LedgerError } from '../kernel/errors.ts';
import { itself, type Asker } from '../kernel/scope.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createSemaphore } from '../kernel/semaphore.ts';
import { projectBatch } from '../projecting/project-batch.ts';
import type { ReadModelSnapshot } from './sql/snapshot-pool.ts';
import { pastTooCostly, type PastCallback, type PastMoment } from './sql/past-reader.ts';
import { limitConnection } from '../projecting/file/limited-connection.ts';
import { openReadModelInMemory } from '../projecting/file/read-model-file.ts';
import { snapshotMsMax } from '../projecting/file/sqlite-read-models.ts';
import { createReadModelReader } from '../projecting/file/read-model-reader.ts';
import { createReadModelWriter } from '../projecting/file/read-model-writer.ts';

/**
 * Refolds callbacks as far as they were known at a moment in the past: a read model of these few, as the projection had
 * it then.
 */
export interface PastReadModels {
  /** @throws LedgerError - OPERATION_TOO_COSTLY: their redeliveries are too far apart in the log */
  open(callbacks: readonly PastCallback[], moment: PastMoment, asker?: Asker): Promise<ReadModelSnapshot>;
}

/** Events of streams that are read to find redeliveries of their callbacks. Most come within minutes. */
const streamEventsMax = 10_000;

/** Answers about the past that are prepared at a time: the main thread does the work. */
const openingMax = 1;

/** How many more may wait. */
const waitingMax = 100;

type LogReader = Pick<EventReader, 'logId' | 'readAt' | 'readStream'>;

/** Projects a few callbacks of a log into read models in memory, by the same functions as the stored read models. */
export function createPastReadModels(log: LogReader, readMsMax = snapshotMsMax): PastReadModels {
  const opening = createSemaphore(openingMax, { waitingMax, waitMsMax: 2 * readMsMax });
  return {
    async open(callbacks, moment, asker = itself) {
      const { scope, client } = asker;
      if (!(await opening.acquire(client)))
        throw new LedgerError('QUERIES_OVERLOADED', 'Too many operations are reading the past. Try again.');
      try {
        const pause = createPauses(client);
        const events = await arrivalsOf(log, callbacks, moment, pause);
        return await project(log.logId, events, { pause, scope });
      } finally {
        opening.release(client);
      }
    },
  };
}

async function project(
  logId: string,
  events: readonly RecordedEvent[],
  { pause, scope }: { readonly pause: Pause } & Pick<Asker, 'scope'>,
): Promise<ReadModelSnapshot> {
  const db = openReadModelInMemory(logId);
  try {
    await pause();
    const rows = createReadModelWriter(db);
    await pause();
    for (const event of events) {
      projectBatch(rows, [event], silentLogger);
      await pause();
    }
    rows.decideIncidents();
    // What is outside was folded too: whether something belongs to it decides about the rest.
    const limits = scope === null ? null : limitConnection(db);
    if (scope !== null) limits?.limitTo(scope);
    const reader = createReadModelReader(db, limits);
    return { reader, close: () => void db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** All arrivals of callbacks up to a moment, in the order of the log. */
async function arrivalsOf(
  log: LogReader,
  callbacks: readonly PastCallback[],
  { position: until, recordedAtMs }: PastMoment,
  pause: Pause,
): Promise<readonly RecordedEvent[]> {
  const found = new Map<bigint, RecordedEvent>();
  const repeated: { readonly event: RecordedEvent; readonly times: number }[] = [];
  for (const { position, deliveries } of callbacks) {
    const event = await log.readAt(position);
    // Facts of operators are among them, and a moment is only known to be before the next callback.
    if (event === null || (recordedAtMs !== null && event.recordedAtMs > recordedAtMs)) continue;
    found.set(position, event);
    if (deliveries > 1) repeated.push({ event, times: deliveries - 1 });
    await pause();
  }
  let eventsLeft = streamEventsMax;
  for (const { event, times } of repeated) {
    const digest = digestIn(event);
    let left = times;
    for await (const later of log.readStream(event.streamName, event.revision + 1n)) {
      if (left === 0 || later.position > until) break;
      eventsLeft -= 1;
      if (eventsLeft === 0) throw pastTooCostly();
      await pause();
      const isKnown = found.has(later.position);
      if (isKnown || digestIn(later) !== digest) continue;
      left -= 1;
      if (recordedAtMs === null || later.recordedAtMs <= recordedAtMs) found.set(later.position, later);
    }
  }
  return [...found.values()].sort((one, other) => (one.position < other.position ? -1 : 1));
}

function digestIn({ data, storedAs }: RecordedEvent): string | null {
  const body = parseJsonObject(storedAs?.data ?? data);
  return body.ok ? digestOf(body.object) : null;
}

/** Lets everything else run once queries have worked for long enough. */
type Pause = () => Promise<void>;

function createPauses(client: string): Pause {
  const slices = querySlices.ofOne(client);
  return async () => {
    if (slices.isOver()) await slices.next();
  };
}
