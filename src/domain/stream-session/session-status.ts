import { endCauseOf, type EndSide } from './interruption-codes.ts';
import type { StreamSessionView } from './stream-session-view.ts';

/** Whether a push is running. SUPERSEDED: a newer push of the stream began, and no end has arrived. */
export const streamSessionStates = ['LIVE', 'ENDED', 'SUPERSEDED'] as const;
export type StreamSessionState = (typeof streamSessionStates)[number];

/** What is known of a session given the next session of the same stream. */
export interface StreamSessionStatus {
  readonly state: StreamSessionState;
  /** Null while the session has no end. */
  readonly endSide: EndSide | null;
}

/**
 * Milliseconds that the start of the next session may be after the end of the one it replaced. The callback does not carry
 * the sub-code that distinguishes a takeover from an end on request. Both times have a resolution of one second and come
 * from two nodes of CSS, so a newer push within this time is read as the takeover (inferred; no vendor page says it).
 */
export const takeoverWithinMs = 10_000;

/** `nextStartMs`: `orderedAtMs` of the next session of the same stream; null if this is the newest, or has no stream. */
export function sessionStatusOf(
  { ended, endedAtMs, endCode }: Pick<StreamSessionView, 'ended' | 'endedAtMs' | 'endCode'>,
  nextStartMs: number | null,
): StreamSessionStatus {
  if (!ended) return { state: nextStartMs === null ? 'LIVE' : 'SUPERSEDED', endSide: null };
  const takenOver = nextStartMs !== null && endedAtMs !== null && nextStartMs <= endedAtMs + takeoverWithinMs;
  return { state: 'ENDED', endSide: endCauseOf(endCode, takenOver).side };
}
