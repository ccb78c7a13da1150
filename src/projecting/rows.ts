import type { callbackFields } from '../callbacks/callback-fields.ts';
import type { ListedProperties } from '../lists/list-fields.ts';
import type { RelayRun } from '../relay/relay-runs.ts';
import type { relayTaskFields } from '../relay/relay-task-fields.ts';
import type { RelayTaskFacts } from '../relay/relay-task.ts';
import type { streamSessionFields } from '../sessions/stream-session-fields.ts';
import type { StreamSession } from '../sessions/stream-session.ts';
import type { StreamSessionStatus, StreamSessionView } from '../sessions/stream-session-view.ts';

/** Position of a row's last change: the event that changed it, and the row's number among those that the event changed. */
export interface ChangePosition {
  readonly position: bigint;
  readonly ordinal: number;
}

/** A callback, at its first arrival. Its session and its task are rows of these. */
export type CallbackRow = ListedProperties<typeof callbackFields>;

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
export type ListedRelayTask = RelayTaskRow & ListedProperties<typeof relayTaskFields>;

/** An event that the projector could not project and skipped. */
export interface PoisonedEvent {
  readonly position: bigint;
  readonly streamName: string;
  /** Name of the error, without any content of the event. */
  readonly reason: string;
}
