import path from 'node:path';
import { openSqliteEventReader, type SqliteEventReader } from '../event-store/sqlite/sqlite-event-reader.ts';
import { Notifier, type Notifications } from '../kernel/notifier.ts';
import { describeFault } from '../kernel/logger.ts';
import { within } from '../kernel/delay.ts';
import type { Projector } from '../projections/projector.ts';
import { startReplicaWorker } from './replica-worker/start.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import type { NodeOptions } from './node.ts';
import { openProjected, type Projected } from './querying.ts';
import { waitUntil } from './wait-until.ts';

/** Milliseconds that a start waits for the log; without it, it goes on with what the node has. */
export const firstAnswerMsMax = 3_000;

/** Where a query node keeps its copy of the log, and the read models that are built from it. */
export function copyFolder(dataDir: string): string {
  return path.join(dataDir, 'copy');
}

/** A log in EventStoreDB as a query node has it: copied by one thread, projected by another, read here. */
export interface ReplicaLog {
  readonly reader: SqliteEventReader;
  readonly readModel: Projected['readModel'];
  readonly projector: Projector;
  readonly lookAgain: Notifications;
  /** Why the log is not followed just now; null while it is. */
  notFollowedBecause(): string | null;
}

interface Opened extends Projected {
  readonly reader: SqliteEventReader;
}

/**
 * Serves the copy that is there, also while the log is away. Where there is none yet, everything answers STORE_UNAVAILABLE
 * until the log was met.
 * @throws LogUnusable, ReadModelUnusable - what stands in the folder can't be used
 */
export async function openReplicaLog(settings: EventStoreDbSettings, options: NodeOptions): Promise<ReplicaLog> {
  const { dataDir, clock, logger, closing } = options;
  const folder = copyFolder(dataDir);
  const wakeUp = new Notifier();
  let opened: Opened | null = null;
  let unusableBecause: string | null = null;

  const follower = startReplicaWorker({
    ...settings,
    folder,
    clock,
    logger,
    onKept() {
      opened?.reader.notify();
      opened?.projection.notify();
    },
  });
  const opening = { isClosed: false, done: Promise.resolve() };
  const steps: (() => unknown)[] = [];
  closing.push(async () => {
    opening.isClosed = true;
    await opening.done;
    for (const step of steps.reverse()) await step();
    await follower.stop();
  });

  const open = async () => {
    if (opening.isClosed) return;
    const reader = openSqliteEventReader(folder);
    steps.push(() => {
      reader.close();
    });
    opened = { reader, ...(await openProjected(folder, reader, wakeUp, { clock, logger, closing: steps })) };
  };
  const isBegun = await within(
    follower.begun.then(() => true),
    { ms: firstAnswerMsMax, late: false },
  );
  if (isBegun) await open();
  else {
    logger.warn(
      {},
      'the event store does not answer, and there is no copy of its log yet: queries are refused until then',
    );
    void follower.begun.then(() => {
      opening.done = open().catch((error: unknown) => {
        unusableBecause = (error as Error).message;
        logger.error(describeFault(error), 'the copy of the log can not be served');
      });
    });
  }

  const projection = waitUntil<Projector>(() => opened?.projection ?? null);
  const notFollowedBecause = () => unusableBecause ?? follower.brokenBecause();
  return {
    reader: waitUntil(() => opened?.reader ?? null),
    readModel: waitUntil(() => opened?.readModel ?? null),
    projector: {
      async lag() {
        const { events, ms } = await projection.lag();
        return { events, ms: Math.max(ms, follower.behindMs()) };
      },
      stalledBecause() {
        const because = unusableBecause ?? follower.stoppedBecause();
        if (because !== null) return because;
        return opened === null ? 'There is no copy of the log yet.' : projection.stalledBecause();
      },
      counts: () => (opened === null ? noCounts : projection.counts()),
      waitForPosition: (position) => projection.waitForPosition(position),
      stop: () => projection.stop(),
    },
    notFollowedBecause,
    lookAgain: wakeUp,
  };
}

const noCounts = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0 };
