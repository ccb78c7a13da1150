import { Float, ID, Int, type ClassType } from 'type-graphql';
import { CursorScalar, DateTimeScalar, objectType, orNull, type FieldDeclarations } from '../../api/declare-type.ts';
import { SignatureEnum } from '../../callbacks/callback-type.ts';
import { EndSideEnum } from '../../sessions/stream-session-type.ts';
import { reconnectWithinMs, type SessionFigures } from './session-statistics.ts';
import type { CallbackFigures, RelayTaskFigures } from './happenings.ts';

/** What the rows of one kind of statistics show. */
export interface StatisticsDefinition<Figures> {
  /** Begins the names of the types. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly counted: string;
  /** Of the figures. */
  readonly description: string;
  readonly figures: Readonly<Record<keyof Figures, FieldDeclarations[string]>>;
  /** Each is null if the rows are not grouped by it. */
  readonly dimensions: FieldDeclarations;
}

/** Rows and their total, all of one state. */
export interface Statistics {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly object[];
  readonly rowCount: number;
  readonly total: object;
  readonly liveFrom: string;
}

const analysedState =
  'A log cursor of the state that was counted. All statistics in one operation show the same state; lists in the same operation can show a slightly older one.';

/** Makes the object types of statistics: the figures, a row with them, and the whole. */
export function statisticsOf<Figures>(definition: StatisticsDefinition<Figures>): ClassType<Statistics> {
  const { name, counted, description, figures, dimensions } = definition;
  const Figures = objectType(`${name}Figures`, description, figures as FieldDeclarations);
  const grouped = Object.entries(dimensions).map(([field, [type, ...rest]]) => [field, [orNull(type), ...rest]]);
  const Row = objectType(`${name}StatisticsRow`, `The figures of one group of ${counted} in one time range.`, {
    ...(figures as FieldDeclarations),
    fromMs: [DateTimeScalar, 'The beginning of the hour, day or week, or of the whole time range if that is later.'],
    toMs: [
      DateTimeScalar,
      'The end, exclusive: that of the hour, day or week, or of the whole time range if that is earlier.',
    ],
    ...(Object.fromEntries(grouped) as FieldDeclarations),
  });
  return objectType(`${name}Statistics`, `${capitalized(counted)} in figures, all from one state of the ledger.`, {
    fromMs: [DateTimeScalar, 'The beginning of the time range, as requested.'],
    toMs: [
      DateTimeScalar,
      'The end of the time range. If the requested end is in the future, this is when the answer was made.',
    ],
    rows: [
      [Row],
      'The groups, as many as `first` allows. A group without anything in an hour, day or week has no row for it.',
    ],
    rowCount: [Int, 'The number of all rows, including those beyond `first`.'],
    total: [Figures, 'The figures of all groups in the whole time range, including those beyond `first`.'],
    liveFrom: [CursorScalar, analysedState],
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ConcurrencyPoint = objectType(
  'ConcurrencyPoint',
  'How many stream sessions were live at a moment, and until the next point.',
  {
    atMs: [DateTimeScalar, 'The moment.'],
    live: [Int, 'Sessions live at this moment: they began at or before it, and had not ended by then.'],
    most: [Int, 'The most sessions live at once, from this moment until the next point.'],
  },
);

const ConcurrencyPeak = objectType('ConcurrencyPeak', 'The moment at which the most stream sessions were live.', {
  atMs: [DateTimeScalar, 'The first moment with this number.'],
  live: [Int, 'How many sessions were live.'],
});

export const Concurrency = objectType(
  'Concurrency',
  'How many stream sessions were live over time. A session is live from `startedAt` until `endedAt`. A LIVE one counts until the answer was made; a SUPERSEDED one, whose interruption was lost, until the next session of its stream began. A session whose start is unknown, or that ended at an unknown time, is not counted.',
  {
    points: [[ConcurrencyPoint], 'One point for each step, the first at `from`. Steps in the future have none.'],
    peak: [
      orNull(ConcurrencyPeak),
      'When the most sessions were live, to the second. Null if the whole time range is in the future.',
    ],
    liveFrom: [CursorScalar, analysedState],
  },
);
export type Concurrency = InstanceType<typeof Concurrency>;

export const InterruptionCount = objectType('InterruptionCount', 'How many pushes one side ended.', {
  side: [EndSideEnum, 'The side: `endCause.side` of the sessions.'],
  sessions: [Int, 'How many of the ended sessions this side ended.'],
});

export const StreamSessionStatistics = statisticsOf<SessionFigures>({
  name: 'StreamSession',
  counted: 'stream sessions',
  description: 'Stream sessions in figures: those of one time range and, in a row, of one group.',
  figures: {
    began: [Int, 'Sessions whose `startedAt` is in the time range. A session with an unknown start never counts here.'],
    ended: [
      Int,
      'Sessions whose `endedAt` is in the time range. A SUPERSEDED session has no end, so it never counts here.',
    ],
    pushedMs: [
      Float,
      'Milliseconds that the sessions pushed within the time range, added up. A LIVE session counts until the answer was made. A SUPERSEDED one, whose interruption was lost, counts until the next session of its stream began, the latest moment at which it can have ended. A session whose start is unknown, or that ended at an unknown time, counts nothing. A Float, because 25 days of milliseconds exceed Int.',
    ],
    longestMs: [
      orNull(Float),
      'The longest duration of the sessions that ended in the time range, in milliseconds. It is the whole duration, including any part before the time range: `pushDurationMs` or, if that is unknown, the time from start to end. Null if no session with a known duration ended.',
    ],
    medianMs: [orNull(Float), 'The median of the same durations, by nearest rank: one of them, never a mean.'],
    p95Ms: [orNull(Float), 'The 95th percentile of the same durations, by nearest rank: 95 of 100 are not longer.'],
    reconnects: [
      Int,
      `Of the sessions that began in the time range, those that began at most ${reconnectWithinMs / 1_000} s after the previous session of their stream had ended, or before it had. Includes those after a SUPERSEDED session, whose end was lost, but not those after one that ended at an unknown time. The previous session need not match the filter.`,
    ],
    interruptions: [
      [InterruptionCount],
      'The sessions that ended in the time range, by the side that ended them. Sides that ended none are left out.',
    ],
  },
  dimensions: {
    appId: [ID, 'The account. Null unless grouped by APP_ID.'],
    domain: [String, 'The push domain. Null unless grouped by DOMAIN, and for sessions without one.'],
    path: [String, 'The push path. Null unless grouped by PATH, and for sessions without one.'],
    streamId: [String, 'The stream name. Null unless grouped by STREAM_ID, and for sessions without one.'],
    node: [String, 'The CSS access point. Null unless grouped by NODE, and for sessions without one.'],
    endSide: [
      EndSideEnum,
      'The side that ended the sessions. Null unless grouped by END_SIDE, and for sessions that have not ended.',
    ],
    endCode: [Int, 'The code of the interruption. Null unless grouped by END_CODE, and for sessions without one.'],
  },
});

export const RelayTaskStatistics = statisticsOf<RelayTaskFigures>({
  name: 'RelayTask',
  counted: 'relay tasks',
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
    alarms: [Int, 'Alarms: TaskAlarm callbacks.'],
  },
  dimensions: {
    appId: [ID, 'The account. Null unless grouped by APP_ID.'],
    domain: [String, 'The domain that the tasks push to. Null unless grouped by DOMAIN, and for tasks without one.'],
    path: [String, 'The path that the tasks push to. Null unless grouped by PATH, and for tasks without one.'],
    streamId: [
      String,
      'The stream that the tasks push to. Null unless grouped by STREAM_ID, and for tasks without one.',
    ],
    taskId: [ID, 'The task. Null unless grouped by TASK_ID.'],
    exitCode: [
      Int,
      'The code with which the runs exited. Null unless grouped by EXIT_CODE, and for runs without a numeric code: they have not exited, or their code is not a number. Files and alarms are in the group of their run.',
    ],
  },
});

export const CallbackStatistics = statisticsOf<CallbackFigures>({
  name: 'Callback',
  counted: 'recorded callbacks',
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
    eventType: [Int, '`event_type`. Null unless grouped by EVENT_TYPE, and for callbacks without one.'],
    callbackEvent: [
      String,
      '`callback_event`, such as `TaskExit`. Null unless grouped by CALLBACK_EVENT, and for callbacks without one.',
    ],
    appId: [ID, 'The account. Null unless grouped by APP_ID, and for callbacks without one.'],
    domain: [
      String,
      'The domain of the session or task, or of the body if there is neither. Null unless grouped by DOMAIN, and for callbacks without one.',
    ],
    streamId: [
      String,
      'The stream of the session or task, or of the body if there is neither. Null unless grouped by STREAM_ID, and for callbacks without one.',
    ],
    taskId: [ID, 'The relay task. Null unless grouped by TASK_ID, and for callbacks that belong to none.'],
    signature: [SignatureEnum, 'How they were authenticated. Null unless grouped by SIGNATURE.'],
  },
});
