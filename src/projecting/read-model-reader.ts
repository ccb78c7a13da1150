import type { ChangeReader } from './changes.ts';
import type { CallbackField, CallbackOrder } from '../callbacks/callback-fields.ts';
import type { Page, PageRequest } from '../lists/listing.ts';
import type { QuarantineField, QuarantineOrder } from '../quarantine/quarantine-fields.ts';
import type { RelayTaskField, RelayTaskOrder } from '../relay/relay-task-fields.ts';
import type { StreamSessionField, StreamSessionOrder } from '../sessions/stream-session-fields.ts';
import type { OperatorFactReader } from '../facts/operator-fact.ts';
import type { QuarantinedRow, QuarantineReader } from '../quarantine/quarantine-rows.ts';
import type { RelayTaskReader } from '../relay/relay-task-rows.ts';
import type { CallbackRow, ListedRelayTask, ListedStreamSession, PoisonedEvent } from './rows.ts';
import type { PastReader } from '../lists/sql/past-reader.ts';
import type { Timeline } from '../callbacks/timeline.ts';

/** The readers' access to the read models. Each call reads in one transaction. */
export interface ReadModelReader {
  readonly logId: string;
  readonly name: string;
  readonly version: number;
  /** The build of the read models that it reads. Rows of different builds may differ. */
  readonly buildName: string;
  checkpoint(): bigint | null;
  poisoned(rowsMax: number): readonly PoisonedEvent[];
  streamSessionsBySequence(sequence: string, appId: string | null, rowsMax: number): readonly ListedStreamSession[];
  streamSessionById(id: number): ListedStreamSession | null;
  /**
   * When something was last heard of a session; for a live one, callbacks that name its stream count too. Null: there
   * is no such session.
   */
  lastHeardAtMs(sessionRow: number): number | null;
  /**
   * The callbacks of a session's stream during the session, from a moment on (null: from its beginning). Null: there is
   * no such session.
   */
  timeline(sessionRow: number, fromMs: number | null, entriesMax: number): Timeline | null;
  callbackByPosition(position: bigint): CallbackRow | null;
  /* Lists throw a LedgerError, OPERATION_TOO_COSTLY, if they would have to sort more rows than the budget allows. */
  streamSessions(request: PageRequest<StreamSessionField, StreamSessionOrder>): Page<ListedStreamSession>;
  callbacks(request: PageRequest<CallbackField, CallbackOrder>): Page<CallbackRow>;
  relayTasks(request: PageRequest<RelayTaskField, RelayTaskOrder>): Page<ListedRelayTask>;
  quarantined(request: PageRequest<QuarantineField, QuarantineOrder>): Page<QuarantinedRow>;
  readonly relay: RelayTaskReader;
  readonly past: PastReader;
  readonly changes: ChangeReader;
  readonly quarantine: QuarantineReader;
  readonly operatorFacts: OperatorFactReader;
}

/** Looks up the current reader at each read, so that its owner need not notice when the reader is replaced. */
export function latestReader(current: () => ReadModelReader): ReadModelReader {
  return new Proxy({} as ReadModelReader, { get: (_none, part) => Reflect.get(current(), part) as unknown });
}

/** Reads the bodies of callbacks, which only the log has. A port, because read models may not import the event store. */
export interface CallbackBodies {
  /** Body of the event at this position, byte for byte; null if the log has none there. */
  bodyAt(position: bigint): Promise<Uint8Array | null>;
  /** Id of the event at this position; null if the log has none there. */
  eventIdAt(position: bigint): Promise<string | null>;
}

/** How far the answering read models are behind the log, and whether the projector runs. */
export interface ProjectionProgress {
  lag(): Promise<{ readonly events: number; readonly ms: number }>;
  /** Null while it runs; otherwise why it stopped, in words for the operator. */
  stalledBecause(): string | null;
  counts(): ProjectedCounts;
  /** The read models being built, beside the answering ones or before there are any; null if none are being built. */
  build(): Promise<ReadModelBuild | null>;
}

/** Progress of read models that do not answer yet. */
export interface ReadModelBuild {
  readonly version: number;
  /** Why they are being built, in words for the operator. */
  readonly because: string;
  readonly position: bigint | null;
  readonly lagEvents: number;
  /** Null while the build goes on. */
  readonly stalledBecause: string | null;
}

/** What was projected since this process started. */
export interface ProjectedCounts {
  /** Every event read, including those outside the read models. */
  readonly events: number;
  readonly callbacks: number;
  /** Arrivals of a callback after its first. */
  readonly redeliveries: number;
  /** Events that could not be projected and were skipped. */
  readonly poisoned: number;
  /** Poisoned events whose content is not what was recorded. */
  readonly damaged: number;
}
