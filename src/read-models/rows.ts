import type { Signature } from '../domain/callback/arrival.ts';
import type { Attribution, RelayRun } from '../domain/relay-task/relay-runs.ts';
import type { RelayTaskFacts, RelayTaskState } from '../domain/relay-task/relay-task.ts';
import type { StreamSession } from '../domain/stream-session/stream-session.ts';
import type { StreamSessionStatus, StreamSessionView } from '../domain/stream-session/stream-session-view.ts';

/** Position of a row's last change: the event that changed it, and its number among the rows that this event changed. */
export interface ChangePosition {
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
  /** The relay task it belongs to, by its row, and how that is known. */
  readonly taskRow: number | null;
  readonly attribution: Attribution | null;
  /** Of its session, or the target of its task; else as the body names them. */
  readonly streamId: string | null;
  readonly domain: string | null;
  /** Of its task. */
  readonly taskId: string | null;
}

/** A stream session, with its status among the sessions of its stream. */
export interface StreamSessionRow {
  readonly id: number;
  readonly session: StreamSession;
  readonly status: StreamSessionStatus;
  readonly changed: ChangePosition;
}

/** A stream session as readers get it: most of its view needs no fold. */
export interface ListedStreamSession extends StreamSessionRow, StreamSessionStatus, StoredView {
  /** For what is written of it; null where none is kept. */
  readonly keptTexts: KeptTexts | null;
}

/** What readers wrote of a row in one state of it, by numbers of theirs. It says nothing that depends on who asks. */
export interface KeptTexts {
  get(number: number): string | undefined;
  set(number: number, text: string): void;
}

type StoredView = Pick<
  StreamSessionView,
  | 'appId'
  | 'sequence'
  | 'domain'
  | 'path'
  | 'streamId'
  | 'userIp'
  | 'node'
  | 'startedAtMs'
  | 'startedAtSource'
  | 'endedAtMs'
  | 'pushDurationMs'
  | 'endCode'
>;

/** A relay task, with the runs that lists show. */
export interface RelayTaskRow {
  readonly id: number;
  readonly appId: string;
  readonly taskId: string;
  readonly facts: RelayTaskFacts;
  /** The newest run and the newest run that has exited; null where there is none. */
  readonly newestRun: RelayRun | null;
  readonly newestExit: RelayRun | null;
  /** The earliest of its callbacks, each by CSS's clock where it carries a time, else by ours. */
  readonly firstAtMs: number;
  /** Order times: see `orderTimeOf`. */
  readonly lastBoundaryAtMs: number | null;
  readonly lastActivityAtMs: number | null;
  /** When the last callback without a time arrived. */
  readonly lastUntimedAtMs: number | null;
  readonly changed: ChangePosition;
}

/** A relay task as readers get it: most of what it shows needs neither its facts nor its runs. */
export interface ListedRelayTask extends RelayTaskRow {
  readonly state: RelayTaskState;
  /** Of its target. */
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  /** Of its newest run. */
  readonly startedAtMs: number | null;
  readonly startReceivedAtMs: number | null;
  /** Of its newest exit. */
  readonly exitedAtMs: number | null;
  readonly exitReceivedAtMs: number | null;
  readonly exitCode: number | null;
}

/** An event that the projector could not project, and skipped. */
export interface PoisonedEvent {
  readonly position: bigint;
  readonly streamName: string;
  /** Name of the error, without anything of the event's content. */
  readonly reason: string;
}
