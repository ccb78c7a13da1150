import type { EndSide } from '../sessions/interruption-codes.ts';
import type { StreamSessionState } from '../sessions/stream-session-view.ts';
import type { GroupValue } from './statistics/statistics.ts';

/**
 * Milliseconds between the end of a push and the next one of its stream that still count as the same broadcast.
 * Encoders reconnect after 1 to 30 s, and CSS's times are whole seconds from two nodes.
 */
export const reconnectWithinMs = 60_000;

/** What analyses read of a session. */
export interface SessionSpan {
  readonly state: StreamSessionState;
  readonly startedAtMs: number | null;
  /** For a CLOSED session: as the operator states it. */
  readonly endedAtMs: number | null;
  /** For a SUPERSEDED session: when the next one of its stream began. */
  readonly supersededAtMs: number | null;
  readonly pushDurationMs: number | null;
  readonly endSide: EndSide | null;
  readonly isReconnect: boolean;
  readonly group: readonly GroupValue[];
}

/**
 * When a session stopped pushing, as far as is known: its end, or if the end was lost, the start of the next session of
 * its stream. Infinity while it is LIVE. NaN if unknown.
 */
export function stoppedAtMs({
  state,
  endedAtMs,
  supersededAtMs,
}: Pick<SessionSpan, 'state' | 'endedAtMs' | 'supersededAtMs'>): number {
  if (state === 'LIVE') return Infinity;
  return (state === 'SUPERSEDED' ? supersededAtMs : endedAtMs) ?? NaN;
}
