import type { Signature } from '../callbacks/arrival.ts';
import type { ListedProperties } from '../lists/list-fields.ts';
import type { Attribution, RelayRun } from '../relay/relay-runs.ts';
import type { RelayTaskFacts, RelayTaskState } from '../relay/relay-task.ts';
import type { streamSessionFields } from '../sessions/stream-session-fields.ts';
import type { StreamSession } from '../sessions/stream-session.ts';
import type { StreamSessionStatus, StreamSessionView } from '../sessions/stream-session-view.ts';

/** Position of a row's last change: the event that changed it, and the row's number among those that the event changed. */
export interface ChangePosition {
  readonly position: bigint;
  readonly ordinal: number;
}

/** A callback, at its first arrival. */
export interface CallbackRow {
  /** Position of the first arrival. */
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
  /** The row of the stream session it belongs to. */
  readonly sessionId: number | null;
  /** The row of the relay task it belongs to, and how that is known. */
  readonly taskRow: number | null;
  readonly attribution: Attribution | null;
  /** Those of its session or of its task's target, or otherwise as the body names them. */
  readonly streamId: string | null;
  readonly domain: string | null;
  /** That of its task. */
  readonly taskId: string | null;
}

/** A stream session, with its status among the sessions of its stream. */
export interface StreamSessionRow {
  readonly id: number;
  readonly session: StreamSession;
  readonly status: StreamSessionStatus;
  readonly changed: ChangePosition;
}

/** A stream session as readers get it: most of its fields are stored, so they need not fold it. */
export type ListedStreamSession = StreamSessionRow &
  ListedProperties<typeof streamSessionFields> & { readonly view: StreamSessionView };

/** A relay task, with the runs that lists show. */
export interface RelayTaskRow {
  readonly id: number;
  readonly appId: string;
  readonly taskId: string;
  readonly facts: RelayTaskFacts;
  /** The newest run, and the newest run that has exited; null if there is none. */
  readonly newestRun: RelayRun | null;
  readonly newestExit: RelayRun | null;
  /** The earliest time of its callbacks: CSS's clock if a callback carries a time, otherwise ours. */
  readonly firstAtMs: number;
  /** Order times: see `orderTimeOf`. */
  readonly lastBoundaryAtMs: number | null;
  readonly lastActivityAtMs: number | null;
  /** When the last callback without a time arrived. */
  readonly lastUntimedAtMs: number | null;
  readonly changed: ChangePosition;
}

/** A relay task as readers get it: most of its fields need neither its facts nor its runs. */
export interface ListedRelayTask extends RelayTaskRow {
  readonly state: RelayTaskState;
  /** Those of its target. */
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  /** That of its newest run. */
  readonly startedAtMs: number | null;
  readonly startReceivedAtMs: number | null;
  /** That of its newest exit. */
  readonly exitedAtMs: number | null;
  readonly exitReceivedAtMs: number | null;
  readonly exitCode: number | null;
}

/** An event that the projector could not project and skipped. */
export interface PoisonedEvent {
  readonly position: bigint;
  readonly streamName: string;
  /** Name of the error, without any content of the event. */
  readonly reason: string;
}
