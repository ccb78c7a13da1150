import { LedgerError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { SpoolBacklog } from '../kernel/spool-backlog.ts';
import type { QuarantineDecisions } from '../domain/quarantine/operator-decisions.ts';
import type { FactRecorder } from '../domain/operator-facts/fact-events.ts';
import type { ReceivingOutages } from '../domain/receiving/receiving-outage.ts';
import type { CurrentAlerts } from '../domain/alerts/current-alerts.ts';
import type { ForwardingControl } from '../domain/forwarding/forwarding-control.ts';
import type { CallbackBodies, ProjectionProgress, ReadModelReader } from '../read-models/read-model-reader.ts';
import type { Analyses } from '../read-models/analysis/questions.ts';
import type { PastReadModels, ReadModelSnapshots } from '../read-models/snapshots.ts';
import type { LogName } from '../live/log-cursor.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { TimeSlices } from '../kernel/time-slices.ts';
import type { RowBudget } from '../read-models/listing.ts';
import type { PastCallback, PastMoment } from '../read-models/past.ts';
import type { OperationAnalyses } from './operation-analyses.ts';
import type { BodyBudget } from './lists/budgets.ts';

/** viewer: reads everything except credentials. operator: reads everything as sent, decides on quarantined callbacks, states facts, and controls forwarding. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** The health of this process as a node of its log. */
export interface NodeHealth {
  /** Null if it has no spool. */
  spooled(): SpoolBacklog | null;
  /** Why the log can't be read at the moment; null if it can, and with the embedded log. */
  replicaBrokenBecause(): string | null;
}

/** What a test callback came to. */
export interface TestCallbackAnswer {
  readonly testId: string;
  /** Null where no answer came. */
  readonly status: number | null;
  /** Why no answer came, as a code. Null where one did. */
  readonly failure: string | null;
  readonly durationMs: number;
}

/** By what this process takes callbacks; never a secret. */
export interface CallbackSetupPort {
  readonly takesCallbacks: boolean;
  keys(): number;
  tokens(): number;
  /** Posts a callback to this process, over HTTP. */
  sendTest(): Promise<TestCallbackAnswer>;
}

/** What resolvers use, the same for all requests. */
export interface GraphqlPorts {
  /** What is newest, at each read. */
  readonly readModel: ReadModelReader;
  readonly snapshots: ReadModelSnapshots;
  readonly analyses: Analyses;
  readonly past: PastReadModels;
  readonly outages: ReceivingOutages;
  readonly bodies: CallbackBodies;
  readonly progress: ProjectionProgress;
  /** The log's name in cursors. Its epoch can change while the node runs: read it each time. */
  readonly log: LogName;
  /** Whether the log has it, even if this node does not yet. Null if nobody can say: its server is unavailable. */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
  readonly notifications: Notifications;
  readonly health: NodeHealth;
  readonly decisions: QuarantineDecisions;
  readonly operatorFacts: FactRecorder;
  readonly callbackSetup: CallbackSetupPort;
  readonly clock: Clock;
  readonly forwarding: ForwardingControl;
  readonly alerts: CurrentAlerts;
  readonly logger: Logger;
}

/** Accounts that an AMBIGUOUS_ID error names. */
export const accountsNamedMax = 20;

/** Who asks, and for what. */
export interface GraphqlRequest {
  /** Named in every error and in the log of the process. */
  readonly requestId: string;
  readonly role: Role;
  /** The name of the token that was sent; null where it has none, or none is needed. */
  readonly callerName: string | null;
  /** The cursor that a subscription resumes from, sent beside the operation; it wins over `after`. Null: none was sent. */
  readonly resumeAfter: string | null;
}

/** What the resolvers of one execution share. */
export interface GraphqlContext
  extends GraphqlRequest, Omit<GraphqlPorts, 'readModel' | 'bodies' | 'analyses' | 'past'> {
  /** One state for all that a query or a message reads. Mutations and the start of a subscription read what is newest. */
  readonly readModel: ReadModelReader;
  /** What looks at many rows: answered together, elsewhere. */
  readonly analyses: OperationAnalyses;
  /** @throws LedgerError - as `PastReadModels.open` */
  openPast(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader>;
  readonly slices: TimeSlices;
  readonly bodies: BodyBudget;
  readonly rows: RowBudget;
  /** For the entries of lists inside of others. */
  readonly entries: RowBudget;
  /** Whether anything was asked of it but the read models, the role and the budgets of rows: what can change while these stay the same. */
  readonly wasAskedForMore: boolean;
}

/** What only operators may do; `rule` says so in one sentence. @throws LedgerError - FORBIDDEN */
export function assertOperator({ role }: Pick<GraphqlContext, 'role'>, rule: string): void {
  if (role !== 'operator') throw new LedgerError('FORBIDDEN', `${rule} Send the token of an operator.`);
}
