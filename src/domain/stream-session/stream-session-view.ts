import type { PushActivity } from '../callback/callback.ts';
import type { StreamSession } from './stream-session.ts';

export const startedAtSources = ['PUSH_CALLBACK', 'DERIVED_FROM_DURATION', 'UNKNOWN'] as const;
export type StartedAtSource = (typeof startedAtSources)[number];

/** Where a session stands among all sessions of its stream, which follow each other by start, then by sequence. */
export interface SessionOrderKey {
  /** Account, domain, path and stream as one text. */
  readonly streamKey: string;
  readonly orderedAtMs: number;
  readonly sequenceOrder: string;
}

/** What a session's fold says of it to readers, except for its state, which depends on other sessions of its stream. */
export interface StreamSessionView extends Omit<PushActivity, 'sequence'> {
  readonly appId: string;
  readonly sequence: string;
  readonly startedAtMs: number | null;
  readonly startedAtSource: StartedAtSource;
  /** Null also for an ended session whose interruption carried no time. */
  readonly endedAtMs: number | null;
  readonly ended: boolean;
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endMessage: string | null;
  /** Its start, else the first time that we heard of it. */
  readonly orderedAtMs: number;
  /** Compares as text the way sequences compare as numbers. */
  readonly sequenceOrder: string;
  /** Null where the callbacks name no stream: then there is nothing to take over. */
  readonly orderKey: SessionOrderKey | null;
}

/** Tells a session: the push's words come first, and what it left open is taken from the interruption. */
export function sessionViewOf(session: StreamSession): StreamSessionView {
  const { appId, sequence, push, end } = session;
  const domain = push?.domain ?? end?.domain ?? null;
  const path = push?.path ?? end?.path ?? null;
  const streamId = push?.streamId ?? end?.streamId ?? null;
  const { startedAtMs, startedAtSource } = startOf(session);
  const orderedAtMs = startedAtMs ?? session.firstReceivedAtMs;
  const sequenceOrder = String(sequence.length).padStart(2, '0') + sequence;
  return {
    appId,
    sequence,
    domain,
    path,
    streamId,
    channelId: push?.channelId ?? end?.channelId ?? null,
    node: push?.node ?? end?.node ?? null,
    userIp: push?.userIp ?? end?.userIp ?? null,
    streamParam: push?.streamParam ?? end?.streamParam ?? null,
    startedAtMs,
    startedAtSource,
    endedAtMs: end?.occurredAtMs ?? null,
    ended: end !== null,
    pushDurationMs: end?.pushDurationMs ?? null,
    endCode: end?.endCode ?? null,
    endMessage: end?.endMessage ?? null,
    orderedAtMs,
    sequenceOrder,
    orderKey:
      streamId === null
        ? null
        : { streamKey: JSON.stringify([appId, domain, path, streamId]), orderedAtMs, sequenceOrder },
  };
}

function startOf({ push, end }: StreamSession): { startedAtMs: number | null; startedAtSource: StartedAtSource } {
  if (push?.occurredAtMs != null) return { startedAtMs: push.occurredAtMs, startedAtSource: 'PUSH_CALLBACK' };
  if (end?.occurredAtMs != null && end.pushDurationMs !== null) {
    const startedAtMs = end.occurredAtMs - end.pushDurationMs;
    // A duration from before 1970 is no duration.
    if (startedAtMs > 0) return { startedAtMs, startedAtSource: 'DERIVED_FROM_DURATION' };
  }
  return { startedAtMs: null, startedAtSource: 'UNKNOWN' };
}
