import { Float, ID, Int } from 'type-graphql';
import { reconnectWithinMs } from '../../../read-models/analysis/session-span.ts';
import type { SessionFigures } from '../../../read-models/analysis/session-statistics.ts';
import { EndSideEnum } from '../stream-session.ts';
import { statisticsOf } from './statistics.ts';
import { objectType, orNull } from '../declare.ts';
import type { RelayTaskFigures } from '../../../read-models/analysis/relay-task-statistics.ts';
import type { CallbackFigures } from '../../../read-models/analysis/callback-statistics.ts';
import { SignatureEnum } from '../callback-record.ts';

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

export const RelayTaskStatistics = statisticsOf<RelayTaskFigures>({
  name: 'RelayTask',
  counted: 'relay tasks',
  description:
    'What happened in relay tasks, counted: in one time, and of one group where it is a row. Times are CSS’s, or those of the arrival where a callback has none.',
  figures: {
    runs: [
      Int,
      'Runs that began in the time: with a TaskStart; where that is missing, with the first callback that is known of the run, which may be its exit.',
    ],
    exits: [Int, 'Runs that exited in the time, of `runs` of the tasks. Exits that match no task are not among them.'],
    filesStarted: [Int, 'Source files that began to be played: callbacks VodSourceFileStart.'],
    filesPlayed: [
      Int,
      'Source files that were played to their end: callbacks VodSourceFileFinish. A loop counts each time.',
    ],
    alarms: [Int, 'Alarms: callbacks TaskAlarm.'],
  },
  dimensions: {
    appId: [ID, 'The account. Null unless it was grouped by APP_ID.'],
    domain: [
      String,
      'The domain that the tasks push to. Null unless it was grouped by DOMAIN, and for tasks without one.',
    ],
    path: [String, 'The path that the tasks push to. Null unless it was grouped by PATH, and for tasks without one.'],
    streamId: [
      String,
      'The stream that the tasks push to. Null unless it was grouped by STREAM_ID, and for tasks without one.',
    ],
    taskId: [ID, 'The task. Null unless it was grouped by TASK_ID.'],
    exitCode: [
      Int,
      'The code with which the runs exited. Null unless it was grouped by EXIT_CODE, and for runs without one: those that have not exited, and codes that are no numbers. Files and alarms are in the group of their run.',
    ],
  },
});

export const CallbackStatistics = statisticsOf<CallbackFigures>({
  name: 'Callback',
  counted: 'recorded callbacks',
  description:
    'Recorded callbacks in figures: those that first arrived in one time, and of one group where it is a row. Delays are of those with a time of their own (`occurredAt`).',
  figures: {
    callbacks: [Int, 'Callbacks whose `receivedAt` lies in the time.'],
    deliveries: [
      Int,
      'How often these arrived, all their redeliveries included, also those that arrived after the time.',
    ],
    timed: [Int, 'Those of them with an `occurredAt`: the delays are of these.'],
    delayMsP50: [
      orNull(Float),
      'The median of the delays in milliseconds, by nearest rank. A delay is `receivedAt` minus `occurredAt`: from the event by CSS’s clock, in whole seconds for pushes, until the first arrival by the receiver’s clock. So it contains the difference of the two clocks. Null where no callback has a time.',
    ],
    delayMsP95: [orNull(Float), 'The 95th percentile of the same delays: 95 of 100 are not longer.'],
    delayMsP99: [orNull(Float), 'The 99th percentile of the same delays: 99 of 100 are not longer.'],
    delayMsLeast: [
      orNull(Float),
      'The least of the same delays: what shows a difference of the clocks. No callback arrives before its event, so where this is negative, the receiver’s clock is behind CSS’s, at least by so much.',
    ],
    recordingMsMost: [
      orNull(Float),
      'The longest time from an arrival until the callback was in the log, in milliseconds: `recordedAt` minus `receivedAt`. Long where it waited in a spool or in quarantine. Null where there are no callbacks.',
    ],
  },
  dimensions: {
    eventType: [Int, '`event_type`. Null unless it was grouped by EVENT_TYPE, and for callbacks without one.'],
    callbackEvent: [
      String,
      '`callback_event`, such as `TaskExit`. Null unless it was grouped by CALLBACK_EVENT, and for callbacks without one.',
    ],
    appId: [ID, 'The account. Null unless it was grouped by APP_ID, and for callbacks without one.'],
    domain: [
      String,
      'The domain of the session or task, else of the body. Null unless it was grouped by DOMAIN, and for callbacks without one.',
    ],
    streamId: [
      String,
      'The stream of the session or task, else of the body. Null unless it was grouped by STREAM_ID, and for callbacks without one.',
    ],
    taskId: [ID, 'The relay task. Null unless it was grouped by TASK_ID, and for callbacks that belong to none.'],
    signature: [SignatureEnum, 'How they were authenticated. Null unless it was grouped by SIGNATURE.'],
  },
});
