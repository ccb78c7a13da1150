import { feedingToleranceMs } from '../../relay-tasks.ts';

/** The end of what has none: a tolerance can be added to it. */
export const stillLive = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/** When a session ended: one that an operator closed, when that says so; one that was superseded without an interruption ended when the next one began at the latest. */
export const endOfSession = (session: string) => `CASE ${session}.state
  WHEN 'ENDED' THEN coalesce(${session}.ended_at, ${session}.ordered_at)
  WHEN 'CLOSED' THEN ${session}.closed_at
  WHEN 'SUPERSEDED' THEN (
    SELECT next.ordered_at FROM stream_sessions AS next
    WHERE next.stream_key = ${session}.stream_key
      AND (next.ordered_at, next.sequence_order) > (${session}.ordered_at, ${session}.sequence_order)
    ORDER BY next.ordered_at, next.sequence_order LIMIT 1)
  ELSE ${stillLive} END`;
