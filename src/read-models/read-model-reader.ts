import type { ChangeReader } from './changes.ts';
import type {
  CallbackField,
  CallbackOrder,
  Page,
  PageRequest,
  RelayTaskField,
  RelayTaskOrder,
  StreamSessionField,
  StreamSessionOrder,
} from './listing.ts';
import type { OperatorFactReader } from './operator-facts.ts';
import type { QuarantinedRow, QuarantineListField, QuarantineOrder, QuarantineReader } from './quarantine.ts';
import type { RelayTaskReader } from './relay-tasks.ts';
import type { CallbackRow, ListedRelayTask, ListedStreamSession, PoisonedEvent } from './rows.ts';
import type { PastReader } from './past.ts';
import type { Timeline } from './timeline.ts';

/** The readers' side of the read models. Each call reads in one transaction. */
export interface ReadModelReader {
  readonly logId: string;
  readonly name: string;
  readonly version: number;
  /** Which build of the read models it reads: what was read from another one may differ. */
  readonly buildName: string;
  checkpoint(): bigint | null;
  poisoned(rowsMax: number): readonly PoisonedEvent[];
  streamSessionsBySequence(sequence: string, appId: string | null, rowsMax: number): readonly ListedStreamSession[];
  streamSessionById(id: number): ListedStreamSession | null;
  /** When something was last heard of a session; of one that is live, also by what names its stream. Null: there is none. */
  lastHeardAtMs(sessionRow: number): number | null;
  /** The callbacks of its stream in the time of a session, from a moment on (null: from its beginning); null: there is none. */
  timeline(sessionRow: number, fromMs: number | null, entriesMax: number): Timeline | null;
  callbackByPosition(position: bigint): CallbackRow | null;
  /* Lists throw a LedgerError, OPERATION_TOO_COSTLY, where more rows would have to be sorted than the budget allows. */
  streamSessions(request: PageRequest<StreamSessionField, StreamSessionOrder>): Page<ListedStreamSession>;
  callbacks(request: PageRequest<CallbackField, CallbackOrder>): Page<CallbackRow>;
  relayTasks(request: PageRequest<RelayTaskField, RelayTaskOrder>): Page<ListedRelayTask>;
  quarantined(request: PageRequest<QuarantineListField, QuarantineOrder>): Page<QuarantinedRow>;
  readonly relay: RelayTaskReader;
  readonly past: PastReader;
  readonly changes: ChangeReader;
  readonly quarantine: QuarantineReader;
  readonly operatorFacts: OperatorFactReader;
}

/** Reads the bodies of callbacks, which only the log has: a port, because read models may not import the event store. */
export interface CallbackBodies {
  /** Body of the event at this position, byte for byte; null where the log has none there. */
  bodyAt(position: bigint): Promise<Uint8Array | null>;
  /** Id of the event at this position; null where the log has none there. */
  eventIdAt(position: bigint): Promise<string | null>;
}

/** How far what answers is behind the log, and whether the projector runs. */
export interface ProjectionProgress {
  lag(): Promise<{ readonly events: number; readonly ms: number }>;
  /** Null while it runs; else why it stopped, in words for the operator. */
  stalledBecause(): string | null;
  counts(): ProjectedCounts;
  /** The read models that are being built, beside those that answer or before the first ones do; null while none are. */
  build(): Promise<ReadModelBuild | null>;
}

/** How far read models are that do not answer yet. */
export interface ReadModelBuild {
  readonly version: number;
  /** Why they are built, in words for the operator. */
  readonly because: string;
  readonly position: bigint | null;
  readonly lagEvents: number;
  /** Null while it goes on. */
  readonly stalledBecause: string | null;
}

/** What was projected since the start of this process. */
export interface ProjectedCounts {
  /** Every event that was read, also those that are outside the read models. */
  readonly events: number;
  readonly callbacks: number;
  /** Arrivals of a callback after its first. */
  readonly redeliveries: number;
  /** Those that were skipped. */
  readonly poisoned: number;
  /** Those of them that are not what was recorded. */
  readonly damaged: number;
}
