import type { Logger } from '../kernel/logger.ts';
import type { QuarantinedEventRef } from '../domain/quarantine/quarantine-decisions.ts';
import type { CallbackBodies, ProjectionProgress, ReadModelReader } from '../read-models/read-model-reader.ts';
import type { LogName } from '../live/log-cursor.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { TimeSlices } from '../live/time-slices.ts';
import type { RowBudget } from '../read-models/listing.ts';
import type { BodyBudget } from './lists/body-budget.ts';

/** viewer: reads, without credentials of pushers; operator: reads everything as it was sent, and decides on quarantine. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/**
 * What became of one decision on a callback in quarantine. DONE: it is durable. GONE: the log has no such callback any more.
 * UNREADABLE: it can't be released. NOT_STORED: the log could not take it.
 */
export type DecisionResult = 'DONE' | 'GONE' | 'UNREADABLE' | 'NOT_STORED';

/**
 * Where decisions on callbacks in quarantine become facts: a port, because writing is not GraphQL's. Results are in the
 * order of the places; each resolves once it can be read, or after a bounded time. The wiring gives it `QuarantineDesk` of
 * `src/receiving/`, which says the same: neither folder may import the other.
 */
export interface QuarantineDecisions {
  release(places: readonly QuarantinedEventRef[]): Promise<readonly DecisionResult[]>;
  discard(places: readonly QuarantinedEventRef[]): Promise<readonly DecisionResult[]>;
}

/** The log as subscriptions know it: what names it in cursors, and how far it reaches. */
export interface SubscribedLog extends LogName {
  /**
   * Whether it has a place, of which this node may have nothing yet, projected or copied. Null where nobody can say: its
   * server is away.
   */
  mayHavePosition(position: bigint): Promise<boolean | null>;
}

/** What waits in the spool of this process: the same figures as the callbacks' side has them. */
export interface SpooledFigures {
  readonly events: number;
  readonly bytes: number;
  /** Milliseconds since the oldest of them came; 0 where none waits. */
  readonly oldestAgeMs: number;
  /** Events that the log refuses for good. */
  readonly eventsRefused: number;
}

/** How this process stands to a log elsewhere. */
export interface NodeHealth {
  /** Null where it has no spool. */
  spooled(): SpooledFigures | null;
  /** Why the log is not followed just now; null while it is, and where the log is embedded. */
  replicaBrokenBecause(): string | null;
}

/** What resolvers stand on, the same for all requests. */
export interface GraphqlPorts {
  readonly readModel: ReadModelReader;
  readonly bodies: CallbackBodies;
  readonly progress: ProjectionProgress;
  readonly log: SubscribedLog;
  readonly notifications: Notifications;
  readonly timeSlices: TimeSlices;
  readonly health: NodeHealth;
  readonly decisions: QuarantineDecisions;
  readonly logger: Logger;
}

export interface GraphqlContext extends Omit<GraphqlPorts, 'bodies'> {
  readonly requestId: string;
  readonly role: Role;
  readonly bodies: BodyBudget;
  readonly rows: RowBudget;
  /** Where a subscription goes on, told beside the operation; it wins over `after`. Null: not told. */
  readonly resumeAfter: string | null;
}
