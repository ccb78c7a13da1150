import { setImmediate as turn } from 'node:timers/promises';
import { isOutsideReadModels } from '../callbacks/event-naming.ts';
import { describeDiskFault } from '../kernel/disk.ts';
import { delay, untilDone, within, steadyClock, type Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { isTraced, spanNowMs, traceEvent } from '../kernel/spans.ts';
import type { EventBatch, EventReader } from '../log/event-store.ts';
import { ReadModelDamaged, ReadModelUnusable } from './file/read-model-file.ts';
import type { ReadModelWriter } from './file/read-model-writer.ts';
import type { ProjectedCounts, ProjectionProgress } from './progress.ts';
import { projectBatch, type NoteProjected } from './project-batch.ts';

/** Events read from the log at once; the most in one transaction. */
const pageEventsMax = 10_000;

/** Events in the first transaction. Each transaction shows how many fit into `batchMsMax`. */
const batchEventsLeast = 200;

/**
 * Target milliseconds of a transaction: a reader that waits for one event waits for the whole batch. If a page or more is
 * behind, readers wait longer anyway, and large transactions write fewer rows twice.
 */
const batchMsMax = { behind: 1_000, live: 100 };

/**
 * If nothing is behind, the projector rests after each transaction for this multiple of its duration. More events then
 * share the next one, and projecting events one by one takes at most a fifth of a core.
 */
const restPerWork = 4;

/** Milliseconds from the start of a transaction after which the rest ends. The first event after a pause does not wait. */
const batchesApartMs = 20;

/** Milliseconds before a projector that could not write tries again: freeing a full disk takes at least that long. */
export const retryAfterMs = 2_000;

export interface Projector extends Pick<ProjectionProgress, 'stalledBecause' | 'counts'> {
  /** Whether everything in the log at some moment since the start is projected. Never becomes false again. */
  hasCaughtUp(): boolean;
  /** Ends after the current batch. */
  stop(): Promise<void>;
}

interface ProjectorOptions {
  readonly store: Pick<EventReader, 'followAll' | 'endPosition' | 'logId'>;
  readonly rows: ReadModelWriter;
  readonly logger: Logger;
  /** Called after each batch, when it has caught up, and when it stalls. */
  readonly onProgress?: (progress: Pick<Projector, 'stalledBecause' | 'counts' | 'hasCaughtUp'>) => void;
  /** Called when the file of the rows proves damaged; nothing more is projected. */
  readonly onDamaged?: (damage: ReadModelDamaged) => void;
}

/**
 * Projects the log from the checkpoint on, and then live. Rows, change order and checkpoint become visible in one
 * transaction, so it resumes exactly where it stopped. An event that can't be projected is recorded as poisoned and
 * skipped. If the disk is full or broken, or has only the reserve for the record left, it stalls and tries again every
 * `retryAfterMs`. If the rows are damaged, it ends.
 * @throws ReadModelUnusable - the read models were built from another log, or from more of it than there is
 */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  await assertSameLog(options.store, options.rows);
  return new LogProjector(options);
}

const countedAs = {
  callback: ['callbacks'],
  redelivery: ['redeliveries'],
  poisoned: ['poisoned'],
  damaged: ['poisoned', 'damaged'],
  nothing: [],
} as const satisfies Record<Parameters<NoteProjected>[0], readonly (keyof ProjectedCounts)[]>;

class LogProjector implements Projector {
  private readonly abort = new AbortController();
  private readonly projected = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0, damaged: 0 };
  private readonly running: Promise<void>;
  private stalled: string | null = null;
  private caughtUp = false;
  private eventsPerMs = 0;
  private readonly decisions;

  constructor(private readonly options: ProjectorOptions) {
    this.decisions = createIncidentDecisions(options.rows, options.logger);
    this.running = this.run();
  }

  readonly stalledBecause = () => this.stalled;

  readonly counts = () => ({ ...this.projected });

  readonly hasCaughtUp = () => this.caughtUp;

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private run(): Promise<void> {
    return untilDone(
      () => this.projectLog(),
      this.abort.signal,
      (error) => {
        // A full or broken disk loses nothing, because the checkpoint did not move.
        const reason = describeDiskFault(error) ?? (error as Error).message;
        const { logger, onDamaged } = this.options;
        if (error instanceof ReadModelDamaged) {
          this.stalled = `The read model is damaged: ${reason}`;
          onDamaged?.(error);
          return null;
        }
        if (this.stalled === null) logger.error({ reason, retryAfterMs }, 'the projector has stopped, and tries again');
        this.stalled = reason;
        this.notify();
        return retryAfterMs;
      },
    );
  }

  private async projectLog(): Promise<void> {
    const { signal } = this.abort;
    const { store, rows } = this.options;
    const log = store.followAll({ after: rows.checkpoint(), batchEventsMax: pageEventsMax, signal });
    for await (const page of this.decidingMeanwhile(log)) {
      const startedMs = performance.now();
      await this.projectPage(page);
      const hasJustCaughtUp = page.caughtUp && !this.caughtUp;
      this.caughtUp ||= page.caughtUp;
      if (this.stalled !== null || hasJustCaughtUp) this.progressed();
      const tookMs = performance.now() - startedMs;
      const restMs = Math.min(restPerWork * tookMs, batchesApartMs - tookMs);
      if (page.caughtUp && page.events.length > 0 && restMs > 0) await delay(restMs, signal);
    }
  }

  /** The pages of the log; while none has come, decides on incidents when it is time. */
  private async *decidingMeanwhile(log: AsyncIterable<EventBatch>): AsyncGenerator<EventBatch, void> {
    const { signal } = this.abort;
    const pages = log[Symbol.asyncIterator]();
    try {
      for (let next = pages.next(); ;) {
        const ms = this.decisions.dueInMs();
        const page = ms === null ? await next : await within(next, { ms, late: null, signal });
        if (signal.aborted || page?.done === true) return;
        if (page === null) {
          this.decisions.decideIfDue();
          this.notify();
        } else {
          yield page.value;
          next = pages.next();
        }
      }
    } finally {
      await pages.return?.();
    }
  }

  private async projectPage({ events, caughtUp }: EventBatch): Promise<void> {
    const { rows, logger } = this.options;
    const msMax = caughtUp ? batchMsMax.live : batchMsMax.behind;
    for (let from = 0; from < events.length && !this.abort.signal.aborted;) {
      const fitting = Math.max(Math.floor(this.eventsPerMs * msMax), batchEventsLeast);
      const batch = events.slice(from, from + Math.min(fitting, rows.roomForEvents()));
      const startedMs = performance.now();
      const startedAtMs = spanNowMs();
      projectBatch(rows, batch, logger, this.note);
      from += batch.length;
      if (isTraced() && caughtUp) traceProjected(batch, startedAtMs);
      this.eventsPerMs = batch.length / (performance.now() - startedMs);
      this.decisions.decideIfDue();
      this.progressed();
      // Catching up reads the log without a pause: other work runs between two batches.
      await turn();
    }
  }

  private readonly note: NoteProjected = (projectedAs) => {
    this.projected.events += 1;
    for (const counted of countedAs[projectedAs]) this.projected[counted] += 1;
  };

  private progressed(): void {
    if (this.stalled !== null) this.options.logger.info({}, 'the projector works again');
    this.stalled = null;
    this.notify();
  }

  private notify(): void {
    this.options.onProgress?.(this);
  }
}

/** Only callbacks that have just arrived: a rebuild adds nothing to old traces. */
function traceProjected(batch: EventBatch['events'], startedAtMs: number): void {
  const times = { startedAtMs, endedAtMs: spanNowMs() };
  const attributes = { 'live_ledger.batch_events': batch.length };
  for (const { eventId, streamName } of batch) {
    if (isOutsideReadModels(streamName)) continue;
    traceEvent(eventId, { name: 'project', kind: 'INTERNAL', attributes }, times);
  }
}

/** @throws ReadModelUnusable - the rows were built from another log, or from more of it than there is */
export async function assertSameLog(
  store: Pick<EventReader, 'logId' | 'endPosition'>,
  rows: Pick<ReadModelWriter, 'logId' | 'checkpoint'>,
): Promise<void> {
  if (rows.logId !== store.logId) {
    throw new ReadModelUnusable(
      'The read models were built from another log than the one in use. If it was replaced by mistake, put the other one back; if on purpose, build them again.',
    );
  }
  const checkpoint = rows.checkpoint();
  if (checkpoint === null) return;
  if (checkpoint > (await store.endPosition())) {
    throw new ReadModelUnusable(
      'The read models were built from a longer log than the one in use, as after restoring an older copy.',
    );
  }
}

/**
 * Decisions on incidents take at most one part in so many of the projector's time: a decision reads all failures of an open incident, so while
 * thousands of streams fail, deciding after each batch would take longer than projecting it.
 */
const timePerDecision = 40;

/** Milliseconds from a decision to the next at least: failures of one fault share it, and no incident is older than that by it. */
const decisionsApartMs = 200;

/** Milliseconds before a decision that failed is tried again. A full disk is freed no sooner; a fault of ours would fail each time. */
const againAfterMs = 10_000;

/**
 * Says when incidents are decided on, and does it. Each decision is a transaction of its own, so that none can spoil the projection of a
 * callback.
 */
export function createIncidentDecisions(
  rows: Pick<ReadModelWriter, 'isUndecided' | 'decideIncidents' | 'roomForEvents'>,
  logger: Logger,
  clock: Clock = steadyClock,
) {
  let notBeforeMs = 0;
  let hasFailed = false;
  /** Milliseconds until there is a decision to make; null: there is none. */
  const dueInMs = () => (rows.isUndecided() ? Math.max(0, notBeforeMs - clock()) : null);
  return {
    dueInMs,
    /** Makes the decision if it is due. Never throws: what is undecided stays so, and is tried again. */
    decideIfDue(): void {
      const startedMs = clock();
      try {
        if (dueInMs() !== 0) return;
        // The last part of the disk is the log's.
        rows.roomForEvents();
        rows.decideIncidents();
        const endedMs = clock();
        notBeforeMs = endedMs + Math.max(decisionsApartMs, (timePerDecision - 1) * (endedMs - startedMs));
        hasFailed = false;
      } catch (error) {
        notBeforeMs = clock() + againAfterMs;
        if (!hasFailed) logger.error({ reason: (error as Error).name, againAfterMs }, undecided);
        hasFailed = true;
      }
    },
  };
}

const undecided = 'the incidents could not be decided on, and are tried again: those shown are as they were before';
