import type { Conclusion } from '../kernel/sureness.ts';
import type { RelayEvent } from '../relay/relay-callback.ts';
import type { ListedProperties } from '../lists/list-fields.ts';
import type { callbackFields } from './callback-fields.ts';
import type { CallbackNames } from './types/other.ts';

/** A callback, at its first arrival. Its session and its task are rows of these. */
export type CallbackRow = ListedProperties<typeof callbackFields>;

/** A callback at its first arrival, before it is known what it belongs to. */
export interface NewCallback extends Omit<
  CallbackRow,
  keyof CallbackBelonging | 'streamId' | 'domain' | 'kind' | 'taskId' | 'deliveries' | 'lastReceivedAtMs'
> {
  readonly identity: Uint8Array;
  readonly eventId: string;
}

/** What a callback belongs to: a session, a task, or nothing. */
export interface CallbackBelonging extends Pick<CallbackRow, 'sessionId' | 'taskRow' | 'attribution'> {
  readonly relay: RelayPart | null;
  /** What the body names; stored if it is folded into no session or task. */
  readonly named: CallbackNames | null;
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

/** What a callback in a timeline belongs to. NEIGHBOUR: another session of the stream. STREAM: it only names the stream. */
export const timelineOwners = ['SESSION', 'NEIGHBOUR', 'RELAY_TASK', 'STREAM'] as const;
export type TimelineOwner = (typeof timelineOwners)[number];

/** A callback in the timeline of a session. The conclusion is that it belongs to its owner. */
export interface TimelineEntry extends Conclusion {
  /** CSS's clock, or ours if the callback carries no time. */
  readonly atMs: number;
  /** CSS's clock; if the callback carries no time, the latest of all that had arrived before it. */
  readonly orderedAtMs: number;
  readonly owner: TimelineOwner;
  readonly callback: CallbackRow;
}

/** What happened to the stream of a session during the session. */
export interface Timeline {
  /** The time of the session with the tolerance; the end is null while it is live. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** By `orderedAtMs`, then by position. */
  readonly entries: readonly TimelineEntry[];
  /** Whether there are no entries after the last one. */
  readonly isComplete: boolean;
}

/**
 * Milliseconds before and after a session that belong to its timeline: to include both sides of a reconnect, and
 * because clocks count whole seconds.
 */
export const timelineToleranceMs = 60_000;

/** Callbacks examined at most for one timeline: some 10 ms of work. */
export const timelineRowsMax = 10_000;
