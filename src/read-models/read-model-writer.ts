import type { RelayEvent } from '../domain/relay-task/relay-callback.ts';
import type { StreamSession } from '../domain/stream-session/stream-session.ts';
import type { StreamSessionStatus } from '../domain/stream-session/session-status.ts';
import type { SessionOrderKey, StreamSessionView } from '../domain/stream-session/stream-session-view.ts';
import type { QuarantineWriter } from './quarantine.ts';
import type { RelayTaskWriter } from './relay-tasks.ts';
import type { CallbackRow, ChangePosition, PoisonedEvent, StreamSessionRow } from './rows.ts';

/**
 * The projector's side of the read models. Every call is synchronous and inside `transaction`. What a transaction touches may
 * be held in memory and written at its end: within it every question is answered as if it stood in the file.
 */
export interface ReadModelWriter {
  /** The log these rows were built from, and the position they are built to (null: nothing projected yet). */
  readonly logId: string;
  checkpoint(): bigint | null;

  /** Runs everything or nothing: where the work throws, nothing of it is in the file or remembered. Does not nest. */
  transaction<Result>(work: () => Result): Result;
  saveCheckpoint(position: bigint, recordedAtMs: number): void;
  savePoisoned(event: PoisonedEvent): void;

  /**
   * The callback that an arrival repeats, if any: equal identity, and where a window is given (milliseconds), received
   * within it of an arrival of that callback.
   */
  findCallback(arrival: IdentifiedArrival, windowMs: number | null): KnownCallback | null;
  insertCallback(callback: NewCallback, belonging: CallbackBelonging): void;
  /** Whether this very event is an arrival, first or not, of any callback of this identity. */
  isDelivered(callback: Omit<IdentifiedArrival, 'receivedAtMs'>, eventId: string): boolean;
  /** Counts one more arrival. False where this very event was counted before: the log may hold an event id twice. */
  addDelivery(callback: KnownCallback, eventId: string, receivedAtMs: number): boolean;

  findStreamSession(appId: string, sequence: string): StoredSessionView | null;
  /** Inserts a session, or updates the one with this id. */
  putStreamSession(row: StreamSessionToPut): number;
  /** The session right before a place of a stream, and the one right after it. */
  sessionBefore(place: SessionOrderKey): StoredSessionView | null;
  sessionAfter(place: SessionOrderKey): StoredSessionView | null;
  streamSessionById(id: number): StoredSessionView | null;

  readonly relay: RelayTaskWriter;
  readonly quarantine: QuarantineWriter;
}

export interface IdentifiedArrival {
  readonly occurredAtMs: number | null;
  readonly identity: Uint8Array;
  readonly receivedAtMs: number;
}

export interface KnownCallback {
  readonly position: bigint;
  /** Of the first arrival. */
  readonly eventId: string;
  /** The earliest of its arrivals so far. */
  readonly receivedAtMs: number;
  readonly sessionId: number | null;
  readonly taskRow: number | null;
  /** Its place in the order of its relay task. */
  readonly atMs: number | null;
}

/** What is kept of a relay callback, so that its task can be folded again without reading the log. */
export interface RelayPart {
  readonly kind: 'BOUNDARY' | 'SIGN' | 'OTHER';
  readonly atMs: number;
  readonly event: RelayEvent;
  /** Set for an exit that names no task: what ties it to one. */
  readonly sourceKey: string | null;
}

/** A callback at its first arrival, before it is known what it belongs to. */
export interface NewCallback extends Omit<CallbackRow, keyof CallbackBelonging | 'deliveries' | 'lastReceivedAtMs'> {
  readonly identity: Uint8Array;
  readonly eventId: string;
}

/** What a callback belongs to: a session, or a task, or nothing. */
export interface CallbackBelonging extends Pick<CallbackRow, 'sessionId' | 'taskRow' | 'attribution'> {
  readonly relay: RelayPart | null;
}

/** A session with what its fold says: told once, and asked for often. */
export interface StoredSessionView extends StreamSessionRow {
  readonly view: StreamSessionView;
}

export interface StreamSessionToPut {
  /** Null: a new row. */
  readonly id: number | null;
  readonly session: StreamSession;
  readonly view: StreamSessionView;
  readonly status: StreamSessionStatus;
  readonly changed: ChangePosition;
}
