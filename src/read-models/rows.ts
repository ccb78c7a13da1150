import type { Signature } from '../domain/arrival.ts';
import type { StreamSession } from '../domain/stream-session.ts';
import type { StreamStanding } from '../domain/stream-standing.ts';

/** Place of a row's last change: the event that changed it, and which of the rows that this event changed it is. */
export interface ChangePlace {
  readonly position: bigint;
  readonly ordinal: number;
}

/** A callback, at its first arrival. */
export interface CallbackRow {
  /** Of the first arrival. */
  readonly position: bigint;
  readonly eventType: number | null;
  readonly callbackEvent: string | null;
  readonly appId: string | null;
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  readonly lastReceivedAtMs: number;
  readonly signature: Signature;
  readonly deliveries: number;
  /** The stream session it belongs to, by its row. */
  readonly sessionId: number | null;
}

export interface StreamSessionRow {
  readonly id: number;
  readonly session: StreamSession;
  readonly standing: StreamStanding;
  readonly changed: ChangePlace;
}

/** An event that the projector could not project, and passed over. */
export interface PoisonedEvent {
  readonly position: bigint;
  readonly streamName: string;
  /** Name of the error, without anything of the event's content. */
  readonly reason: string;
}
