import type { ErasurePort } from '../erasure/erasure-plan.ts';
import type { CurrentAlerts } from '../alerts/alerting.ts';
import type { Analyses } from '../analysis/threads/start.ts';
import type { RefusedRequests } from '../callbacks/setup/callback-refusals.ts';
import type { Audit } from '../audit/audit-events.ts';
import type { FactRecorder } from '../facts/operator-fact-events.ts';
import type { ForwardingControl } from '../forwarding/target.ts';
import type { Clock } from '../kernel/clock.ts';
import { type SpoolBacklog, LedgerError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Notifications } from '../kernel/notifier.ts';
import { type CallbackBodies } from '../lists/budgets.ts';
import type { ReadModelSnapshots } from '../lists/sql/snapshot-pool.ts';
import type { PastReadModels } from '../lists/past-read-models.ts';
import type { CursorLog } from '../live/log-cursor.ts';
import type { UnfinishedImport } from '../log/ledger-events.ts';
import type { ReceivingOutages } from '../outages/receiving-outage-events.ts';
import type { ProjectionProgress } from '../projecting/progress.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { QuarantineDecisions } from '../quarantine/quarantine-events.ts';
import type { Redaction } from './redact.ts';
import type { MutationAnswers } from './mutation-answer-events.ts';

/** How far a standby is behind its primary. */
export interface StandbyStatus {
  /** The scheme, host and port of the primary: for those who may ask, not for probes. */
  readonly primary: string;
  /** Events that it lacked when the primary answered last; null: it never did. */
  readonly eventsBehind: number | null;
  /** Milliseconds since it last had everything. */
  readonly behindMs: number;
  /** Since when the primary has not answered; null while it does. */
  readonly unansweredSinceMs: number | null;
}

/** The health of this process as a node of its log. */
interface NodeHealth {
  /** Null if it has no spool. */
  spooled(): SpoolBacklog | null;
  /** Why the log can't be read at the moment; null if it can be, and with the embedded log. */
  replicaBrokenBecause(): string | null;
  /** Null if it is no standby. */
  standby(): StandbyStatus | null;
}

/** The HTTP outcome of a test callback that this process sent to itself. */
export interface TestCallbackAnswer {
  readonly testId: string;
  /** Null if no answer came. */
  readonly status: number | null;
  /** Why no answer came, as a code. Null if one did. */
  readonly failure: string | null;
  readonly durationMs: number;
}

/** How this process receives callbacks; never a secret. */
export interface CallbackSetupPort {
  readonly takesCallbacks: boolean;
  keys(): number;
  tokens(): number;
  /** Requests under /callbacks/ that came to nothing, since its recorder was started, the newest last. */
  refused(): readonly RefusedRequests[];
  /** Posts a callback to this process, over HTTP. Without a `testId`, a random one. */
  sendTest(testId?: string): Promise<TestCallbackAnswer>;
}

/** Everything that resolvers use, the same for all requests. */
export interface GraphqlPorts {
  /** Reads the newest state each time. */
  readonly readModel: ReadModelReader;
  readonly snapshots: ReadModelSnapshots;
  readonly analyses: Analyses;
  readonly past: PastReadModels;
  readonly outages: ReceivingOutages;
  readonly bodies: CallbackBodies;
  /** The import that was begun, and not finished; null: none. */
  readonly unfinishedImport: () => Promise<UnfinishedImport | null>;
  readonly redaction: Redaction;
  /** A secret that every node of the log has, and no answer. Null while the log can't be read. */
  readonly logSecret: () => string | null;
  readonly progress: ProjectionProgress;
  /** The log's name in cursors. Its epoch can change while the node runs: read it each time. */
  readonly log: CursorLog;
  /** Whether the log has it, even if this node does not yet. Null while its server is unavailable, so that this is not known. */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
  readonly notifications: Notifications;
  readonly health: NodeHealth;
  readonly decisions: QuarantineDecisions;
  readonly operatorFacts: FactRecorder;
  readonly mutationAnswers: MutationAnswers;
  readonly audit: Audit;
  /** Null: personal data are not sealed. */
  readonly erasures: ErasurePort | null;
  readonly callbackSetup: CallbackSetupPort;
  readonly clock: Clock;
  readonly forwarding: ForwardingControl;
  readonly alerts: CurrentAlerts;
  readonly logger: Logger;
}

/** The refusal of what can not be limited to a scope. */
export function outsideOfScopes(what: string): LedgerError {
  return new LedgerError(
    'FORBIDDEN',
    `${what} can not be limited to the scope of an identity, so it is refused to those that have one. Send a token without a scope.`,
  );
}

/** Ports that show nothing of what is recorded, or whose reads are limited by whoever calls them. */
const openPorts: ReadonlySet<PropertyKey> = new Set([
  ...['log', 'mayHavePosition', 'notifications', 'clock', 'logger'],
  // How up to date answers are, which `projections` says.
  ...['progress', 'health', 'unfinishedImport'],
]);

/** The ports of an identity with a scope. @throws LedgerError - FORBIDDEN, by any other port */
export function limitedPorts<Ports extends object>(ports: Ports): Ports {
  return partsOf(ports, openPorts, 'What the whole service knows');
}

/** What the start of a subscription asks of the newest state: nothing of what is recorded. */
const headParts: ReadonlySet<PropertyKey> = new Set([
  'name',
  'version',
  'buildName',
  'logId',
  'checkpoint',
  'incidentsMadeTo',
]);

/** The newest state, without its rows: with a scope, these are read from snapshots alone. */
export function headOf<Reader extends object>(newest: Reader): Reader {
  return partsOf(newest, headParts, 'The newest state');
}

/** An object of which only these parts are shown. */
function partsOf<Whole extends object>(whole: Whole, shown: ReadonlySet<PropertyKey>, what: string): Whole {
  return new Proxy(whole, {
    get(all, part) {
      if (shown.has(part)) return Reflect.get(all, part) as unknown;
      throw outsideOfScopes(what);
    },
  });
}
