import { performance } from 'node:perf_hooks';
import type { Clock } from '../kernel/clock.ts';
import { ConditionWaiters } from '../kernel/condition-waiters.ts';
import { delay } from '../kernel/delay.ts';
import type { Logger } from '../kernel/logger.ts';
import type { EventBatch, EventReader } from '../event-store/event-store.ts';
import { ReadModelUnusable } from '../read-models/errors.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import type { ProjectedCounts, ProjectionProgress } from '../read-models/read-model-reader.ts';
import { projectBatch, type NoteProjected } from './project-batch.ts';

/** Events that are read from the log at once, and of one transaction at most. */
const pageEventsMax = 10_000;

/** Events in one transaction, the first time: how many fit into `batchMsMax` shows with each. */
const batchEventsLeast = 200;

/**
 * Milliseconds that one transaction is meant to take: whoever waits for an event waits for those beside it too. Where a whole
 * page and more is behind, whoever waits does so for longer in any case, and large transactions write fewer rows twice.
 */
const batchMsMax = { behind: 1_000, live: 100 };

/**
 * Milliseconds between the beginnings of two transactions while nothing is behind: more events share each, and what one
 * costs whatever is in it is paid at most 50 times a second. The first event after a pause waits for nothing.
 */
const batchesApartMs = 20;

/** Milliseconds until a projector that could not write tries again: a full disk is not made empty sooner. */
export const retryAfterMs = 2_000;

export interface Projector extends ProjectionProgress {
  /** Resolves once everything up to this position is projected; rejects where the projector is stopped before. */
  waitForPosition(position: bigint): Promise<void>;
  /** Ends after the batch at hand. */
  stop(): Promise<void>;
}

export interface ProjectorOptions {
  readonly store: Pick<EventReader, 'followAll' | 'lagAfter' | 'endPosition' | 'logId'>;
  readonly rows: ReadModelWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each batch, and when it stalls. */
  readonly onProgress?: (progress: Pick<ProjectionProgress, 'stalledBecause' | 'counts'>) => void;
}

const countedAs = {
  callback: 'callbacks',
  redelivery: 'redeliveries',
  poisoned: 'poisoned',
  nothing: null,
} as const satisfies Record<Parameters<NoteProjected>[0], keyof ProjectedCounts | null>;

/**
 * Follows the log from the checkpoint and projects it. Rows, change order and checkpoint become visible in one transaction,
 * so that a stop at any moment is resumed exactly. An event that can't be projected is noted and passed over.
 * @throws ReadModelUnusable - the read models were built from another log, or from more of it than there is
 */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { store, rows, clock, logger, onProgress = () => undefined } = options;
  await assertSameLog(store, rows);
  const abort = new AbortController();
  const waiters = new ConditionWaiters();
  const counts = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0 };
  const note: NoteProjected = (projectedAs) => {
    counts.events += 1;
    const counted = countedAs[projectedAs];
    if (counted !== null) counts[counted] += 1;
  };
  let stalled: string | null = null;
  const stalledBecause = () => stalled;
  const countsNow = () => ({ ...counts });

  const tell = () => {
    waiters.check();
    onProgress({ stalledBecause, counts: countsNow });
  };
  const progressed = () => {
    if (stalled !== null) logger.info({}, 'the projector goes on');
    stalled = null;
    tell();
  };
  let eventsPerMs = 0;
  const project = async ({ events, caughtUp }: EventBatch) => {
    const msMax = caughtUp ? batchMsMax.live : batchMsMax.behind;
    for (let from = 0; from < events.length && !abort.signal.aborted;) {
      const part = events.slice(from, from + Math.max(Math.floor(eventsPerMs * msMax), batchEventsLeast));
      const begunMs = performance.now();
      projectBatch(rows, { events: part, caughtUp: false }, logger, note);
      from += part.length;
      eventsPerMs = part.length / (performance.now() - begunMs);
      progressed();
      // The log is read without a pause while catching up: others get their turn between two batches.
      await new Promise(setImmediate);
    }
  };
  const follow = async () => {
    const after = rows.checkpoint();
    for await (const page of store.followAll({ after, batchEventsMax: pageEventsMax, signal: abort.signal })) {
      const begunMs = performance.now();
      await project(page);
      if (stalled !== null) progressed();
      const restMs = batchesApartMs - (performance.now() - begunMs);
      if (page.caughtUp && page.events.length > 0 && restMs > 0) await delay(restMs, abort.signal);
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
        tell();
        await delay(retryAfterMs, abort.signal);
      }
    }
  };
  const running = run().finally(() => {
    waiters.check();
  });

  return {
    async lag() {
      const { events, oldestRecordedAtMs } = await store.lagAfter(rows.checkpoint());
      return { events, ms: oldestRecordedAtMs === null ? 0 : Math.max(0, clock() - oldestRecordedAtMs) };
    },
    stalledBecause,
    counts: countsNow,
    waitForPosition: (position) =>
      waiters.until(
        () => (rows.checkpoint() ?? -1n) >= position,
        () => (abort.signal.aborted ? new Error('The projector was stopped before.') : null),
      ),
    async stop() {
      abort.abort();
      await running;
    },
  };
}

/** @throws ReadModelUnusable - the rows were built from another log, or from more of it than there is */
export async function assertSameLog(
  store: Pick<EventReader, 'logId' | 'endPosition'>,
  rows: Pick<ReadModelWriter, 'logId' | 'checkpoint'>,
): Promise<void> {
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
