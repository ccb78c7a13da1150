import { OperatorError } from '../kernel/errors.ts';
import type { RelayEvent } from '../domain/relay-task/relay-callback.ts';
import type { NamedStream } from '../domain/callback/callback.ts';
import type { SessionOrderKey, StreamSessionView } from '../domain/stream-session/stream-session-view.ts';
import type { OperatorFactWriter } from './operator-facts.ts';
import type { QuarantineWriter } from './quarantine.ts';
import type { RelayTaskWriter } from './relay-tasks.ts';
import type { CallbackRow, PoisonedEvent, StreamSessionRow } from './rows.ts';

/**
 * The projector's side of the read models. Every call is synchronous and inside `transaction`, and throws ReadModelDamaged
 * where the file is. A transaction may cache what it
 * changes and write it at its end; reads within it always see the changes.
 */
export interface ReadModelWriter {
  /** The log these rows were built from, and the position they are built to (null: nothing projected yet). */
  readonly logId: string;
  checkpoint(): bigint | null;

  /**
   * How many events the next transaction may project: fewer where the disk is small or getting full.
   * @throws DiskNearlyFull - none: what is left is kept for the record
   */
  roomForEvents(): number;

  /** All or nothing: where the work throws, nothing of it remains in the file or in memory. Transactions do not nest. */
  transaction<Result>(work: () => Result): Result;
  saveCheckpoint(last: ProjectedEvent): void;
  savePoisoned(event: PoisonedEvent): void;

  /** The callback that it repeats: of equal identity, and with an arrival within the window (ms), if given. */
  findCallback(arrival: IdentifiedArrival, windowMs: number | null): KnownCallback | null;
  insertCallback(callback: NewCallback, belonging: CallbackBelonging): void;
  /** Whether this very event is an arrival, first or not, of any callback of this identity. */
  isDelivered(callback: Omit<IdentifiedArrival, 'receivedAtMs'>, eventId: string): boolean;
  /** Counts one more arrival. False where this very event was counted before: an event id may be in the log twice. */
  addDelivery(callback: KnownCallback, eventId: string, receivedAtMs: number): boolean;

  findStreamSession(appId: string, sequence: string): StoredSessionView | null;
  /** Inserts a session, or updates the one with this id. */
  putStreamSession(row: StreamSessionToPut): number;
  /** The sessions of the stream between which a new one will be. */
  neighboursOfNew(key: SessionOrderKey): NeighbourSessions;
  /** The session right before the order key of one that is stored, in the same stream, and right after it. */
  sessionBefore(key: SessionOrderKey): StoredSessionView | null;
  sessionAfter(key: SessionOrderKey): StoredSessionView | null;
  streamSessionById(id: number): StoredSessionView | null;

  /** To be read from here in each transaction that needs it, and not kept. */
  readonly relay: RelayTaskWriter;
  readonly quarantine: QuarantineWriter;
  readonly operatorFacts: OperatorFactWriter;
}

/** The last event that is projected. Its id shows later whether the log still has it. */
export interface ProjectedEvent {
  readonly position: bigint;
  readonly eventId: string;
  readonly recordedAtMs: number;
}

/** An arrival by what makes it equal to others. */
export interface IdentifiedArrival {
  readonly occurredAtMs: number | null;
  readonly identity: Uint8Array;
  readonly receivedAtMs: number;
}

/** A callback that is stored. */
export interface KnownCallback {
  readonly position: bigint;
  /** Of the first arrival. */
  readonly eventId: string;
  /** The earliest of its arrivals so far. */
  readonly receivedAtMs: number;
  readonly sessionId: number | null;
  readonly taskRow: number | null;
  /** Its time in the order of its relay task. */
  readonly atMs: number | null;
}

/** What is stored of a relay callback, so that its task can be folded again without reading the log. */
export interface RelayPart {
  /** On disk. SIGN: activity, which is a file or an alarm. */
  readonly kind: 'BOUNDARY' | 'SIGN' | 'OTHER';
  readonly atMs: number;
  readonly event: RelayEvent;
  /** The source URLs that it names, as a key, if it names its task. */
  readonly namedSource: string | null;
  /** Set for an exit that names no task: what ties it to one. */
  readonly sourceKey: string | null;
}

/** A callback at its first arrival, before it is known what it belongs to. */
export interface NewCallback extends Omit<
  CallbackRow,
  keyof CallbackBelonging | keyof NamedStream | 'taskId' | 'deliveries' | 'lastReceivedAtMs'
> {
  readonly identity: Uint8Array;
  readonly eventId: string;
}

/** What a callback belongs to: a session, or a task, or nothing. */
export interface CallbackBelonging extends Pick<CallbackRow, 'sessionId' | 'taskRow' | 'attribution'> {
  readonly relay: RelayPart | null;
  /** The stream that the body names, kept where there is no session or task to have it. */
  readonly named: NamedStream | null;
}

/** A session with its view, which is made once and read often. */
export interface StoredSessionView extends StreamSessionRow {
  readonly view: StreamSessionView;
}

/** Sessions of one stream that follow each other but for one between them: null where there is none. */
export interface NeighbourSessions {
  readonly previous: StoredSessionView | null;
  readonly next: StoredSessionView | null;
}

/** A row that is inserted, or replaced where it has an id. */
export interface StreamSessionToPut extends Omit<StoredSessionView, 'id'> {
  readonly id: number | null;
}

/** The file of a read model is damaged: nothing in it can be trusted. It is built again from the log. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
}

/** The read models can't be opened, or do not belong to this log. They are disposable: the message says how to rebuild them. */
export class ReadModelUnusable extends OperatorError {
  override readonly name = 'ReadModelUnusable';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Stop the service and run: npx live-ledger rebuild`, options);
  }
}
