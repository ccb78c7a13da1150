import { OperatorError } from '../kernel/errors.ts';
import type { RelayEvent } from '../relay/relay-callback.ts';
import type { NamedStream } from '../callbacks/callback.ts';
import type { SessionOrderKey, StreamSessionView } from '../sessions/stream-session-view.ts';
import type { OperatorFactWriter } from '../facts/operator-fact.ts';
import type { QuarantineWriter } from '../quarantine/quarantine-rows.ts';
import type { RelayTaskWriter } from '../relay/relay-task-rows.ts';
import type { CallbackRow, PoisonedEvent, StreamSessionRow } from './rows.ts';

/**
 * The projector's access to the read models. Every call is synchronous and runs inside `transaction`. Calls throw
 * ReadModelDamaged if the file is damaged. A transaction may cache its changes and write them at its end; reads inside
 * it always see them.
 */
export interface ReadModelWriter {
  /** The log these rows were built from, and the position they are built to (null: nothing projected yet). */
  readonly logId: string;
  checkpoint(): bigint | null;

  /**
   * How many events the next transaction may project: fewer if the disk is small or nearly full.
   * @throws DiskNearlyFull - none: the remaining space is kept for the log
   */
  roomForEvents(): number;

  /** All or nothing: if the work throws, neither the file nor memory keeps any of it. Transactions do not nest. */
  transaction<Result>(work: () => Result): Result;
  saveCheckpoint(last: ProjectedEvent): void;
  savePoisoned(event: PoisonedEvent): void;

  /**
   * The callback that an arrival repeats: one of equal identity with an arrival within the window (ms), if a window is
   * given.
   */
  findCallback(arrival: IdentifiedArrival, windowMs: number | null): KnownCallback | null;
  insertCallback(callback: NewCallback, belonging: CallbackBelonging): void;
  /** Whether this very event is already an arrival, first or not, of a callback of this identity. */
  isDelivered(callback: Omit<IdentifiedArrival, 'receivedAtMs'>, eventId: string): boolean;
  /** Counts one more arrival. False if this very event was counted before: an event id may be in the log twice. */
  addDelivery(callback: KnownCallback, eventId: string, receivedAtMs: number): boolean;

  findStreamSession(appId: string, sequence: string): StoredSessionView | null;
  /** Inserts a session, or updates the one with this id. */
  putStreamSession(row: StreamSessionToPut): number;
  /** The sessions of the stream between which a new one would be. */
  neighboursOfNew(key: SessionOrderKey): NeighbourSessions;
  /** The sessions directly before and after the order key of a stored session, in the same stream. */
  sessionBefore(key: SessionOrderKey): StoredSessionView | null;
  /** The session right before it, if that ended after a moment; null otherwise. Most did not, and are not read whole. */
  sessionBeforeIfEndedAfter(key: SessionOrderKey, endedAfterMs: number): StoredSessionView | null;
  sessionAfter(key: SessionOrderKey): StoredSessionView | null;
  streamSessionById(id: number): StoredSessionView | null;

  /** Fetch it again in each transaction; do not keep it. */
  readonly relay: RelayTaskWriter;
  readonly quarantine: QuarantineWriter;
  readonly operatorFacts: OperatorFactWriter;
}

/** The last projected event. Its id later shows whether the log still has it. */
export interface ProjectedEvent {
  readonly position: bigint;
  readonly eventId: string;
  readonly recordedAtMs: number;
}

/** An arrival with what identifies its callback. */
export interface IdentifiedArrival {
  readonly occurredAtMs: number | null;
  readonly identity: Uint8Array;
  readonly receivedAtMs: number;
}

/** A callback that is already stored. */
export interface KnownCallback {
  readonly position: bigint;
  /** Of the first arrival. */
  readonly eventId: string;
  /** The earliest of its arrivals so far. */
  readonly receivedAtMs: number;
  readonly sessionId: number | null;
  readonly taskRow: number | null;
  /** Its order time in its relay task. */
  readonly atMs: number | null;
}

/** What is stored of a relay callback, so that its task can be refolded without reading the log. */
export interface RelayPart {
  /** Stored on disk. SIGN: activity, which is a file or an alarm. */
  readonly kind: 'BOUNDARY' | 'SIGN' | 'OTHER';
  readonly atMs: number;
  readonly event: RelayEvent;
  /** The key of the source URLs that it names, if it also names its task. */
  readonly namedSource: string | null;
  /** For an exit that names no task: the key of its source URLs, by which it is attributed. */
  readonly sourceKey: string | null;
}

/** A callback at its first arrival, before it is known what it belongs to. */
export interface NewCallback extends Omit<
  CallbackRow,
  keyof CallbackBelonging | keyof NamedStream | 'kind' | 'taskId' | 'deliveries' | 'lastReceivedAtMs'
> {
  readonly identity: Uint8Array;
  readonly eventId: string;
}

/** What a callback belongs to: a session, a task, or nothing. */
export interface CallbackBelonging extends Pick<CallbackRow, 'sessionId' | 'taskRow' | 'attribution'> {
  readonly relay: RelayPart | null;
  /** The stream that the body names; stored if there is no session or task that has it. */
  readonly named: NamedStream | null;
}

/** A session with its view, which is computed once and read often. */
export interface StoredSessionView extends StreamSessionRow {
  readonly view: StreamSessionView;
}

/** The sessions directly before and after a given one in its stream; null if there is none. */
export interface NeighbourSessions {
  readonly previous: StoredSessionView | null;
  readonly next: StoredSessionView | null;
}

/** A row to insert or, if it has an id, to replace. */
export interface StreamSessionToPut extends Omit<StoredSessionView, 'id'> {
  readonly id: number | null;
}

/** The file of a read model is damaged, and nothing in it can be trusted. It is rebuilt from the log. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
}

/**
 * The read models can't be opened, or do not belong to this log. They are disposable: the message says how to rebuild
 * them.
 */
export class ReadModelUnusable extends OperatorError {
  override readonly name = 'ReadModelUnusable';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Stop the service and run: npx live-ledger rebuild`, options);
  }
}
