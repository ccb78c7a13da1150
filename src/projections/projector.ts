import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { EventReader } from '../event-store/event-store.ts';
import { ReadModelUnusable } from '../read-models/errors.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import type { ProjectedCounts, ProjectionProgress } from '../read-models/read-model-reader.ts';
import { projectBatch, type NoteProjected } from './project-batch.ts';

/** Events in one transaction: about 10 ms of work, so that nothing else of the process waits longer for its turn. */
export const batchEventsMax = 200;

/** Milliseconds until a projector that could not write tries again: a full disk is not made empty sooner. */
export const retryAfterMs = 2_000;

export interface Projector extends ProjectionProgress {
  /** Resolves once everything up to this position is projected; rejects where the projector is stopped before. */
  reached(position: bigint): Promise<void>;
  /** Ends after the batch at hand. */
  stop(): Promise<void>;
}

export interface ProjectorOptions {
  readonly store: Pick<EventReader, 'followAll' | 'lagAfter' | 'endPosition' | 'logId'>;
  readonly rows: ReadModelWriter;
  readonly clock: Clock;
  readonly logger: Logger;
}

const countedAs = {
  callback: 'callbacks',
  redelivery: 'redeliveries',
  poisoned: 'poisoned',
  nothing: null,
} as const satisfies Record<Parameters<NoteProjected>[0], keyof ProjectedCounts | null>;

/** Waits, but no longer than until the signal. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/**
 * Follows the log from the checkpoint and projects it. Rows, change order and checkpoint become visible in one transaction,
 * so that a stop at any moment is resumed exactly. An event that can't be projected is noted and passed over.
 * @throws ReadModelUnusable - the read models were built from another log, or from more of it than there is
 */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { store, rows, clock, logger } = options;
  await assertSameLog(options);
  const abort = new AbortController();
  const waiting = new Set<() => void>();
  const counts = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0 };
  const note: NoteProjected = (projectedAs) => {
    counts.events += 1;
    const counted = countedAs[projectedAs];
    if (counted !== null) counts[counted] += 1;
  };
  let stalled: string | null = null;

  const follow = async () => {
    for await (const batch of store.followAll({ after: rows.checkpoint(), batchEventsMax, signal: abort.signal })) {
      projectBatch(rows, batch, logger, note);
      if (stalled !== null) logger.info({}, 'the projector goes on');
      stalled = null;
      for (const look of [...waiting]) look();
      // The log is read without a pause while catching up: others get their turn between two batches.
      await new Promise(setImmediate);
    }
  };
  const run = async () => {
    while (!abort.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        // A disk that is full or broken: nothing is lost, because the checkpoint did not move.
        const reason = (error as Error).message;
        if (stalled === null) logger.error({ reason, retryAfterMs }, 'the projector has stopped, and tries again');
        stalled = reason;
        await delay(retryAfterMs, abort.signal);
      }
    }
  };
  const running = run().finally(() => {
    for (const look of [...waiting]) look();
  });

  return {
    async lag() {
      const { events, oldestRecordedAtMs } = await store.lagAfter(rows.checkpoint());
      return { events, ms: oldestRecordedAtMs === null ? 0 : Math.max(0, clock() - oldestRecordedAtMs) };
    },
    stalledBecause: () => stalled,
    counts: () => ({ ...counts }),
    reached: (position) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const at = rows.checkpoint();
          if (at !== null && at >= position) resolve();
          else if (abort.signal.aborted) reject(new Error('The projector was stopped before.'));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    async stop() {
      abort.abort();
      await running;
    },
  };
}

async function assertSameLog({ store, rows }: ProjectorOptions): Promise<void> {
  if (rows.logId !== store.logId) {
    throw new ReadModelUnusable('The read models were built from another log than the one in use.');
  }
  const checkpoint = rows.checkpoint();
  if (checkpoint === null) return;
  if (checkpoint > (await store.endPosition())) {
    throw new ReadModelUnusable(
      'The read models were built from a longer log than the one in use, as after restoring an older copy.',
    );
  }
}
