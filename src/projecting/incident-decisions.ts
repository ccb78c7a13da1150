import type { Logger } from '../kernel/logger.ts';
import { steadyClock, type Clock } from '../kernel/clock.ts';
import type { ReadModelWriter } from './file/read-model-writer.ts';

/**
 * Decisions on incidents take at most one part in so many of the projector's time: a decision reads all failures of an open incident, so while
 * thousands of streams fail, deciding after each batch would take longer than projecting it.
 */
const timePerDecision = 40;

/** Milliseconds from a decision to the next at least: failures of one fault share it, and no incident is older than that by it. */
const decisionsApartMs = 200;

/** Milliseconds before a decision that failed is tried again. A full disk is freed no sooner; a fault of ours would fail each time. */
const againAfterMs = 10_000;

/** Says when incidents are decided on, and does it. */
export interface IncidentDecisions {
  /** Milliseconds until there is a decision to make; null: there is none. */
  dueInMs(): number | null;
  /** Makes the decision if it is due. Never throws: what is undecided stays so, and is tried again. */
  decideIfDue(): void;
}

/** The decisions of a projector. Each is a transaction of its own, so that none can spoil the projection of a callback. */
export function createIncidentDecisions(
  rows: Pick<ReadModelWriter, 'isUndecided' | 'decideIncidents' | 'roomForEvents'>,
  logger: Logger,
  clock: Clock = steadyClock,
): IncidentDecisions {
  let notBeforeMs = 0;
  let hasFailed = false;
  const dueInMs = () => (rows.isUndecided() ? Math.max(0, notBeforeMs - clock()) : null);
  return {
    dueInMs,
    decideIfDue() {
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
