import { Float, ID, Int } from 'type-graphql';
import { reconnectWithinMs } from '../../../read-models/analysis/session-span.ts';
import type { SessionFigures } from '../../../read-models/analysis/session-statistics.ts';
import { EndSideEnum } from '../stream-session.ts';
import { statisticsOf } from './statistics.ts';
import { objectType, orNull } from '../declare.ts';

export const InterruptionCount = objectType('InterruptionCount', 'How many pushes one side ended.', {
  side: [EndSideEnum, 'The side: `endCause.side` of the sessions.'],
  sessions: [Int, 'How many of the sessions that ended it ended.'],
});

export const StreamSessionStatistics = statisticsOf<SessionFigures>({
  name: 'StreamSession',
  counted: 'stream sessions',
  description: 'Stream sessions in figures: those of one time, and of one group where it is a row.',
  figures: {
    began: [Int, 'Sessions whose `startedAt` lies in the time. Those with an unknown start are in none.'],
    ended: [
      Int,
      'Sessions whose `endedAt` lies in the time. A SUPERSEDED session has no end, so it is never counted here.',
    ],
    pushedMs: [
      Float,
      'Milliseconds for which the sessions pushed, added up; only what lies in the time. A LIVE session pushes on, at most until the answer was made. A SUPERSEDED one, whose interruption was lost, counts until the next session of its stream began: that is when its end is known to have been at the latest. A session with an unknown start, or that ended at an unknown time, counts nothing. A Float, because 25 days of milliseconds exceed Int.',
    ],
    longestMs: [
      orNull(Float),
      'The longest duration of the sessions that ended in the time, in milliseconds: the whole duration, also what lies before the time. It is `pushDurationMs`; where that is unknown, the time from start to end. Null where none with a known duration ended.',
    ],
    medianMs: [orNull(Float), 'The median of the same durations, by nearest rank: one of them, never a mean.'],
    p95Ms: [orNull(Float), 'The 95th percentile of the same durations, by nearest rank: 95 of 100 are not longer.'],
    reconnects: [
      Int,
      `Of the sessions that began in the time, those that began at most ${reconnectWithinMs / 1_000} s after the session before in their stream had ended, or before it had. Also where that one is SUPERSEDED, because its end was lost; not where it ended at an unknown time. The session before need not match the filter.`,
    ],
    interruptions: [
      [InterruptionCount],
      'The sessions that ended in the time, by the side that ended them; sides that ended none are left out.',
    ],
  },
  dimensions: {
    appId: [ID, 'The account. Null unless it was grouped by APP_ID.'],
    domain: [String, 'The push domain. Null unless it was grouped by DOMAIN, and for sessions without one.'],
    path: [String, 'The push path. Null unless it was grouped by PATH, and for sessions without one.'],
    streamId: [String, 'The stream name. Null unless it was grouped by STREAM_ID, and for sessions without one.'],
    node: [String, 'The CSS access point. Null unless it was grouped by NODE, and for sessions without one.'],
    endSide: [
      EndSideEnum,
      'The side that ended the sessions. Null unless it was grouped by END_SIDE, and for sessions that have not ended.',
    ],
    endCode: [
      Int,
      'The code of the interruption. Null unless it was grouped by END_CODE, and for sessions without one.',
    ],
  },
});
