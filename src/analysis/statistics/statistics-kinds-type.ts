import { ArgsType, Field, Float, ID, Int } from 'type-graphql';
import {
  CursorScalar,
  DateTimeScalar,
  enumType,
  objectType,
  orNull,
  type FieldDeclarations,
} from '../../api/declare-type.ts';
import { CallbackFilter, SignatureEnum } from '../../callbacks/callback-type.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toCondition } from '../../lists/conditions.ts';
import { RelayTaskFilter } from '../../relay/relay-task-type.ts';
import { RefusedPushFilter } from '../../sessions/refused/refused-push-resolver.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import { EndSideEnum, PushRegionEnum, StreamSessionFilter } from '../../sessions/stream-session-type.ts';
import { windowArgsOf, windowOf } from '../windows-type.ts';
import {
  callbackMeasures,
  relayTaskMeasures,
  type CallbackDimension,
  type CallbackFigures,
  type CallbackMeasure,
  type RelayTaskDimension,
  type RelayTaskFigures,
  type RelayTaskMeasure,
  refusedPushMeasures,
  type RefusedPushDimension,
  type RefusedPushFigures,
  type RefusedPushMeasure,
} from './happenings.ts';
import {
  reconnectWithinMs,
  sessionMeasures,
  type ConcurrencyDimension,
  type ConcurrencyQuestion,
  type SessionDimension,
  type SessionFigures,
  type SessionMeasure,
} from './session-statistics.ts';
import { fieldOfDimension } from './statistics.ts';
import { analysedState, meaningOf, statisticsOf, type DeclaredDimension } from './statistics-type.ts';

export const InterruptionCount = objectType('InterruptionCount', 'How many pushes one side ended.', {
  side: [EndSideEnum, 'The side: `endCause.side` of the sessions.'],
  sessions: [Int, 'How many of the ended sessions this side ended.'],
});

/** What sessions have as long as they are live, to group them by. */
const sessionGroupings = {
  APP_ID: [ID, 'By account.', 'The account.'],
  DOMAIN: [String, 'By push domain.', 'The push domain.', 'sessions without one'],
  PATH: [String, 'By push path.', 'The push path.', 'sessions without one'],
  STREAM_ID: [String, 'By stream name.', 'The stream name.', 'sessions without one'],
  ACCESS_POINT: [String, 'By CSS access point.', 'The CSS access point.', 'sessions without one', 'NODE'],
  USER_IP: [
    String,
    'By address of the pusher, as CSS wrote it: personal data.',
    'The address of the pusher.',
    'sessions without one',
  ],
  REGION: [
    PushRegionEnum,
    'By where the push arrived at CSS.',
    'Where the pushes arrived at CSS.',
    'sessions that do not say',
  ],
  IDC_ID: [Int, 'By data centre of CSS.', 'The data centre of CSS.', 'sessions without one'],
  WIDTH: [Int, 'By width of the video.', 'The width of the video in pixels.', 'sessions without one'],
  HEIGHT: [Int, 'By height of the video.', 'The height of the video in pixels.', 'sessions without one'],
} as const;

export const StreamSessionStatistics = statisticsOf<SessionFigures, SessionDimension, SessionMeasure>({
  name: 'StreamSession',
  counted: 'stream sessions',
  filtered: 'sessions',
  filter: StreamSessionFilter,
  description: 'Stream sessions in figures: those of one time range and, in a row, of one group.',
  figures: {
    began: [Int, 'Sessions whose `startedAt` is in the time range. A session with an unknown start never counts here.'],
    ended: [
      Int,
      'Sessions whose `endedAt` is in the time range. These are the sessions whose interruption has arrived with a time: a SUPERSEDED or CLOSED session never counts here, nor in the durations.',
    ],
    pushedMs: [
      Float,
      'Milliseconds that the sessions pushed within the time range, added up. A LIVE session counts until the answer was made. A SUPERSEDED one, whose interruption was lost, counts until the next session of its stream began, the latest moment at which it can have ended; a CLOSED one until its `closedAt` if that is earlier, or if there is no next session. A session whose start is unknown, or that ended at an unknown time, counts nothing. A Float, because 25 days of milliseconds exceed Int.',
    ],
    longestMs: [
      orNull(Float),
      'The longest duration of the sessions that ended in the time range, in milliseconds. It is the whole duration, including any part before the time range: `pushDurationMs` or, if that is unknown, the time from start to end. Null if no session with a known duration ended.',
    ],
    meanMs: [orNull(Float), 'The mean of the same durations, in milliseconds.'],
    medianMs: [orNull(Float), 'The median of the same durations, by nearest rank: one of them, never a mean.'],
    p95Ms: [orNull(Float), 'The 95th percentile of the same durations, by nearest rank: 95 of 100 are not longer.'],
    reconnects: [
      Int,
      `Of the sessions that began in the time range, those that began at most ${reconnectWithinMs / 1_000} s after the previous session of their stream had ended, or before it had. Includes those after a SUPERSEDED session, whose end was lost; a CLOSED one ended at its \`closedAt\`. Excludes those after one that ended at an unknown time. The previous session need not match the filter.`,
    ],
    reconnectMsP50: [
      orNull(Float),
      'The median of the times to reconnect in milliseconds, by nearest rank: for each of the `reconnects`, from the end of the previous session to its start, 0 if it had begun before. One after a SUPERSEDED session, whose end was lost, has no such time; one after a CLOSED session has it from `closedAt`. Null if there are none.',
    ],
    reconnectMsP95: [orNull(Float), 'The 95th percentile of the same times: 95 of 100 are not longer.'],
    interruptions: [
      [InterruptionCount],
      'The sessions that ended in the time range, by the side that ended them. Sides that ended none are left out.',
    ],
  },
  dimensions: {
    ...sessionGroupings,
    END_SIDE: [
      EndSideEnum,
      'By the side that ended the push; sessions that have not ended form one group.',
      'The side that ended the sessions.',
      'sessions that have not ended',
    ],
    END_CODE: [
      Int,
      'By the code of the interruption; sessions without one form one group.',
      'The code of the interruption.',
      'sessions without one',
    ],
  },
  measures: sessionMeasures,
});

export const RelayTaskStatistics = statisticsOf<RelayTaskFigures, RelayTaskDimension, RelayTaskMeasure>({
  name: 'RelayTask',
  counted: 'relay tasks',
  filtered: 'tasks: all that happened in these is counted',
  filter: RelayTaskFilter,
  description:
    'Counts of what happened in relay tasks: in one time range and, in a row, in one group. Times are CSS’s, or those of the arrival if a callback has none.',
  figures: {
    runs: [
      Int,
      'Runs that began in the time range: with a TaskStart or, if that is missing, with the first known callback of the run, which may be its exit.',
    ],
    exits: [
      Int,
      'Runs in `runs` of the tasks that exited in the time range. Exits that match no task are not counted.',
    ],
    filesStarted: [Int, 'Source files that began to play: VodSourceFileStart callbacks.'],
    filesPlayed: [
      Int,
      'Source files that played to their end: VodSourceFileFinish callbacks. Each pass of a loop counts.',
    ],
    alarms: [Int, 'Alarms: TaskAlarm callbacks, and alarms sent as an event of their own.'],
  },
  dimensions: {
    APP_ID: [ID, 'By account.', 'The account.'],
    DOMAIN: [
      String,
      'By the domain that the task pushes to.',
      'The domain that the tasks push to.',
      'tasks without one',
    ],
    PATH: [String, 'By the path that the task pushes to.', 'The path that the tasks push to.', 'tasks without one'],
    STREAM_ID: [
      String,
      'By the stream that the task pushes to.',
      'The stream that the tasks push to.',
      'tasks without one',
    ],
    TASK_ID: [ID, 'By task.', 'The task.'],
    EXIT_CODE: [
      Int,
      'By the code with which the run exited; runs without one form one group.',
      'The code with which the runs exited.',
      'runs without a numeric code: they have not exited, or their code is not a number. Files and alarms are in the group of their run',
    ],
  },
  measures: relayTaskMeasures,
});

export const CallbackStatistics = statisticsOf<CallbackFigures, CallbackDimension, CallbackMeasure>({
  name: 'Callback',
  counted: 'callbacks',
  recorded: 'recorded callbacks',
  filtered: 'callbacks',
  filter: CallbackFilter,
  description:
    'Recorded callbacks in figures: those that first arrived in one time range and, in a row, of one group. Delays are those of callbacks that carry a time (`occurredAt`).',
  figures: {
    callbacks: [Int, 'Callbacks whose `receivedAt` is in the time range.'],
    deliveries: [
      Int,
      'How often these callbacks arrived, including all redeliveries, even those after the time range.',
    ],
    timed: [Int, 'How many of them have an `occurredAt`. The delays are of these callbacks.'],
    delayMsP50: [
      orNull(Float),
      'The median of the delays in milliseconds, by nearest rank. A delay is `receivedAt` minus `occurredAt`: from the event by CSS’s clock, in whole seconds for pushes, until the first arrival by the receiver’s clock. So it includes the difference between the two clocks. Null if no callback has a time.',
    ],
    delayMsP95: [orNull(Float), 'The 95th percentile of the same delays: 95 of 100 are not longer.'],
    delayMsP99: [orNull(Float), 'The 99th percentile of the same delays: 99 of 100 are not longer.'],
    delayMsLeast: [
      orNull(Float),
      'The least of the same delays; it reveals a difference between the clocks. No callback arrives before its event, so a negative value means that the receiver’s clock is behind CSS’s by at least that much.',
    ],
    recordingMsMost: [
      orNull(Float),
      'The longest time from an arrival until the callback was in the log, in milliseconds: `recordedAt` minus `receivedAt`. Long if the callback waited in a spool or in quarantine. Null if there are no callbacks.',
    ],
  },
  dimensions: {
    EVENT_TYPE: [Int, 'By `event_type`.', '`event_type`.', 'callbacks without one'],
    CALLBACK_EVENT: [
      String,
      'By `callback_event`; callbacks without one form one group.',
      '`callback_event`, such as `TaskExit`.',
      'callbacks without one',
    ],
    APP_ID: [ID, 'By account.', 'The account.', 'callbacks without one'],
    DOMAIN: [
      String,
      'By the domain of the session or task, or of the body if there is neither.',
      'The domain of the session or task, or of the body if there is neither.',
      'callbacks without one',
    ],
    STREAM_ID: [
      String,
      'By the stream of the session or task, or of the body if there is neither.',
      'The stream of the session or task, or of the body if there is neither.',
      'callbacks without one',
    ],
    TASK_ID: [
      ID,
      'By relay task; callbacks that belong to none form one group.',
      'The relay task.',
      'callbacks that belong to none',
    ],
    SIGNATURE: [SignatureEnum, 'By how they were authenticated.', 'How they were authenticated.'],
  },
  measures: callbackMeasures,
});

export const RefusedPushStatistics = statisticsOf<RefusedPushFigures, RefusedPushDimension, RefusedPushMeasure>({
  name: 'RefusedPush',
  counted: 'refused pushes',
  filtered: 'refused pushes',
  filter: RefusedPushFilter,
  description: 'Refused pushes in figures: those of one time range and, in a row, of one group.',
  figures: {
    attempts: [Int, 'Refused pushes whose `at` is in the time range.'],
    firstAtMs: [orNull(DateTimeScalar), '`at` of the first of them. Null if there are none.'],
    lastAtMs: [orNull(DateTimeScalar), '`at` of the last of them. Null if there are none.'],
    lastEndCode: [
      orNull(Int),
      '`endCode` of the last of them; of several in one second, the greatest. Null if there are none.',
    ],
  },
  dimensions: {
    APP_ID: [ID, 'By account.', 'The account.'],
    DOMAIN: [String, 'By push domain.', 'The push domain.', 'pushes without one'],
    PATH: [String, 'By push path.', 'The push path.', 'pushes without one'],
    STREAM_ID: [String, 'By stream name.', 'The stream name.', 'pushes without one'],
    ACCESS_POINT: [String, 'By CSS access point.', 'The CSS access point.', 'pushes without one', 'NODE'],
    USER_IP: [
      String,
      'By the address of the pusher.',
      'The address of the pusher: personal data.',
      'pushes without one',
    ],
    END_CODE: [Int, 'By the code of the interruption: 18 or 19.', 'The code.'],
  },
  measures: refusedPushMeasures,
});

const ConcurrencyPoint = objectType(
  'ConcurrencyPoint',
  'How many stream sessions were live at a moment, and until the next point.',
  {
    atMs: [DateTimeScalar, 'The moment.'],
    live: [Int, 'Sessions live at this moment: they began at or before it, and had not ended by then.'],
    most: [Int, 'The most sessions live at once, from this moment until the next point.'],
    least: [Int, 'The fewest sessions live at once, from this moment until the next point.'],
  },
);

const ConcurrencyPeak = objectType('ConcurrencyPeak', 'The moment at which the most stream sessions were live.', {
  atMs: [DateTimeScalar, 'The first moment with this number.'],
  live: [Int, 'How many sessions were live.'],
});

const ConcurrencyLine = objectType('ConcurrencyLine', 'How many stream sessions of one group were live over time.', {
  ...(Object.fromEntries(
    Object.entries<DeclaredDimension>(sessionGroupings).map((declared) => [
      fieldOfDimension(declared[0]),
      [orNull(declared[1][0]), meaningOf(...declared)],
    ]),
  ) as FieldDeclarations),
  points: [[ConcurrencyPoint], 'One point for each step, as those of all sessions.'],
  peak: [orNull(ConcurrencyPeak), 'When the most sessions of the group were live.'],
});

const ConcurrencyGroupingEnum = enumType<ConcurrencyDimension>(
  'ConcurrencyGrouping',
  'What concurrency is grouped by.',
  Object.fromEntries(
    Object.entries(sessionGroupings).map(([dimension, [, grouping]]) => [dimension, grouping]),
  ) as Record<ConcurrencyDimension, string>,
);

export const Concurrency = objectType(
  'Concurrency',
  'How many stream sessions were live over time. A session is live from `startedAt` until `endedAt`. A LIVE one counts until the answer was made; a SUPERSEDED one, whose interruption was lost, until the next session of its stream began; a CLOSED one until its `closedAt`, but at most until then. A session whose start is unknown, or that ended at an unknown time, is not counted.',
  {
    points: [[ConcurrencyPoint], 'One point for each step, the first at `from`. Steps in the future have none.'],
    peak: [
      orNull(ConcurrencyPeak),
      'When the most sessions were live, to the second. Null if the whole time range is in the future.',
    ],
    lines: [[ConcurrencyLine], 'A line for each group, those with the highest peaks first. Empty without `groupBy`.'],
    lineCount: [Int, 'The number of all groups with a live session, including those beyond `first`.'],
    liveFrom: [CursorScalar, analysedState],
  },
);
export type Concurrency = InstanceType<typeof Concurrency>;

/** Points of one answer: 20 days by the quarter of an hour. More would block the main thread for over 10 ms. */
export const pointsMax = 2_000;

/** Lines of one answer unless the client asks for another number: what a chart can show. */
const linesDefault = 20;

/** Lines of one answer at most: with one point each, the groups of a page of a list. */
const linesMax = 500;

@ArgsType()
export class ConcurrencyArgs extends windowArgsOf(StreamSessionFilter, 'sessions') {
  @Field(() => Int, {
    description: `Seconds from one point to the next, at least 1. The time range may have at most ${pointsMax} points.`,
  })
  stepSeconds!: number;

  @Field(() => [ConcurrencyGroupingEnum], {
    defaultValue: [],
    description: 'What to group sessions by: each combination of values gets a line. Default: nothing, and no lines.',
  })
  groupBy!: ConcurrencyDimension[];

  @Field(() => Int, {
    defaultValue: linesDefault,
    description: `The number of lines, those with the highest peaks, 0 to ${linesMax}. All lines together may have at most ${pointsMax} points.`,
  })
  first!: number;
}

/** @throws LedgerError - BAD_USER_INPUT */
export function toConcurrencyQuestion(args: ConcurrencyArgs): ConcurrencyQuestion {
  const window = windowOf(args);
  const stepMs = args.stepSeconds * 1_000;
  if (stepMs < 1_000) throw new LedgerError('BAD_USER_INPUT', 'stepSeconds must be at least 1.');
  const dimensions = [...new Set(args.groupBy)];
  if (args.first > linesMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${linesMax}.`);
  if (args.first < 0) throw new LedgerError('BAD_USER_INPUT', 'first must not be negative.');
  const points = Math.ceil((window.toMs - window.fromMs) / stepMs);
  if (points > pointsMax || (dimensions.length > 0 && points * args.first > pointsMax)) {
    const orFewer = dimensions.length > 0 ? ', or for fewer lines with first' : '';
    throw new LedgerError(
      'BAD_USER_INPUT',
      `The answer would have more than ${pointsMax} points. Ask for a longer step or for less time${orFewer}.`,
    );
  }
  const condition = toCondition(streamSessionFields, args.filter);
  return { kind: 'concurrency', condition, window, stepMs, dimensions, linesMax: args.first };
}
