import { endCauseOf, type EndSide } from './interruption-codes.ts';
import type { StreamSessionView } from './stream-session-view.ts';

export const streamSessionStates = ['LIVE', 'ENDED', 'SUPERSEDED'] as const;
export type StreamSessionState = (typeof streamSessionStates)[number];

/** What is said of a session in view of the session that follows it on the same stream. */
export interface StreamSessionStatus {
  readonly state: StreamSessionState;
  /** Null while the session has no end. */
  readonly endSide: EndSide | null;
}

/**
 * Milliseconds that the start of the next session may lie after the end of the one it replaced. The callback does not
 * carry the sub-code that tells a takeover from an end on request; both times have a resolution of one second and come
 * from two nodes of CSS, so a newer push within this time is read as the takeover (inferred; no vendor page says it).
 */
export const takeoverWithinMs = 10_000;

/** `nextStartMs`: where the next session of the same stream stands; null where this is the newest, or has no stream. */
export function sessionStatusOf(
  told: Pick<StreamSessionView, 'ended' | 'endedAtMs' | 'endCode'>,
  nextStartMs: number | null,
): StreamSessionStatus {
  if (!told.ended) return { state: nextStartMs === null ? 'LIVE' : 'SUPERSEDED', endSide: null };
  const takenOver = nextStartMs !== null && told.endedAtMs !== null && nextStartMs <= told.endedAtMs + takeoverWithinMs;
  return { state: 'ENDED', endSide: endCauseOf(told.endCode, takenOver).side };
}
