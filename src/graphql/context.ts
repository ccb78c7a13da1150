import type { Logger } from '../kernel/logger.ts';
import type { SpoolBacklog } from '../kernel/spool-backlog.ts';
import type { QuarantineDecisions } from '../domain/quarantine/operator-decisions.ts';
import type { CallbackBodies, ProjectionProgress, ReadModelReader } from '../read-models/read-model-reader.ts';
import type { LogName } from '../live/log-cursor.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { TimeSlices } from '../live/time-slices.ts';
import type { RowBudget } from '../read-models/listing.ts';
import { createBodyBudget, type BodyBudget } from './lists/body-budget.ts';
import { createRowBudget } from './lists/row-budget.ts';

/** viewer: reads, without credentials of pushers; operator: reads everything as it was sent, and decides on quarantine. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** How this process stands to a log elsewhere. */
export interface NodeHealth {
  /** Null where it has no spool. */
  spooled(): SpoolBacklog | null;
  /** Why the log is not followed just now; null while it is, and where the log is embedded. */
  replicaBrokenBecause(): string | null;
}

/** What resolvers work with, the same for all requests. */
export interface GraphqlPorts {
  readonly readModel: ReadModelReader;
  readonly bodies: CallbackBodies;
  readonly progress: ProjectionProgress;
  /** Names the log in cursors. Its epoch may change while the node runs: ask each time. */
  readonly log: LogName;
  /**
   * Whether the log has this position; this node may not have copied or projected it yet. Null where that can't be known,
   * because the server is away.
   */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
  readonly notifications: Notifications;
  readonly timeSlices: TimeSlices;
  readonly health: NodeHealth;
  readonly decisions: QuarantineDecisions;
  readonly logger: Logger;
}

/** Who asks, and for what. */
export interface GraphqlRequest {
  /** Named in every error and in the log of the process. */
  readonly requestId: string;
  readonly role: Role;
  /** The cursor that a subscription resumes from, sent beside the operation; it wins over `after`. Null: none was sent. */
  readonly resumeAfter: string | null;
}

/** What the resolvers of one operation share. */
export interface GraphqlContext extends GraphqlRequest, Omit<GraphqlPorts, 'bodies'> {
  readonly bodies: BodyBudget;
  readonly rows: RowBudget;
}

/** A context with full budgets: one for each operation, and for each message of a subscription. */
export function createGraphqlContext(ports: GraphqlPorts, request: GraphqlRequest): GraphqlContext {
  return { ...ports, ...request, bodies: createBodyBudget(ports.bodies), rows: createRowBudget() };
}
