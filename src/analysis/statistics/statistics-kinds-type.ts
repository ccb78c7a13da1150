import type { CallbackDimension, CallbackMeasure, RelayTaskDimension, RelayTaskMeasure } from './happenings.ts';
import type { ConcurrencyQuestion, SessionDimension, SessionMeasure } from './session-statistics.ts';
import { CallbackFilter } from '../../callbacks/callback-type.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { RelayTaskFilter } from '../../relay/relay-task-type.ts';
import { StreamSessionFilter } from '../../sessions/stream-session-type.ts';
import { statisticsArgsOf, windowArgsOf, windowOf } from './statistics-args-type.ts';
import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';

/** The arguments of `streamSessionStatistics`: groups and orders of sessions. */
export const StreamSessionStatisticsArgs = statisticsArgsOf<SessionDimension, SessionMeasure>({
  name: 'StreamSession',
  counted: 'stream sessions',
  short: 'sessions',
  filter: StreamSessionFilter,
  groupings: {
    APP_ID: 'By account.',
    DOMAIN: 'By push domain.',
    PATH: 'By push path.',
    STREAM_ID: 'By stream name.',
    NODE: 'By CSS access point.',
    END_SIDE: 'By the side that ended the push; sessions that have not ended form one group.',
    END_CODE: 'By the code of the interruption; sessions without one form one group.',
  },
  orders: {
    BEGAN: 'By `began`.',
    ENDED: 'By `ended`.',
    PUSHED: 'By `pushedMs`.',
    LONGEST: 'By `longestMs`.',
    MEDIAN: 'By `medianMs`.',
    P95: 'By `p95Ms`.',
    RECONNECTS: 'By `reconnects`.',
  },
});

/** The arguments of `relayTaskStatistics`: the filter chooses tasks, and everything of these counts. */
export const RelayTaskStatisticsArgs = statisticsArgsOf<RelayTaskDimension, RelayTaskMeasure>({
  name: 'RelayTask',
  counted: 'relay tasks',
  short: 'tasks: all that happened in these is counted',
  filter: RelayTaskFilter,
  groupings: {
    APP_ID: 'By account.',
    DOMAIN: 'By the domain that the task pushes to.',
    PATH: 'By the path that the task pushes to.',
    STREAM_ID: 'By the stream that the task pushes to.',
    TASK_ID: 'By task.',
    EXIT_CODE: 'By the code with which the run exited; runs without one form one group.',
  },
  orders: {
    RUNS: 'By `runs`.',
    EXITS: 'By `exits`.',
    FILES_STARTED: 'By `filesStarted`.',
    FILES_PLAYED: 'By `filesPlayed`.',
    ALARMS: 'By `alarms`.',
  },
});

/** The arguments of `callbackStatistics`: groups and orders of callbacks. */
export const CallbackStatisticsArgs = statisticsArgsOf<CallbackDimension, CallbackMeasure>({
  name: 'Callback',
  counted: 'callbacks',
  short: 'callbacks',
  filter: CallbackFilter,
  groupings: {
    EVENT_TYPE: 'By `event_type`.',
    CALLBACK_EVENT: 'By `callback_event`; callbacks without one form one group.',
    APP_ID: 'By account.',
    DOMAIN: 'By the domain of the session or task, or of the body if there is neither.',
    STREAM_ID: 'By the stream of the session or task, or of the body if there is neither.',
    TASK_ID: 'By relay task; callbacks that belong to none form one group.',
    SIGNATURE: 'By how they were authenticated.',
  },
  orders: {
    CALLBACKS: 'By `callbacks`.',
    DELIVERIES: 'By `deliveries`.',
    DELAY_P50: 'By `delayMsP50`.',
    DELAY_P95: 'By `delayMsP95`.',
    DELAY_P99: 'By `delayMsP99`.',
    DELAY_LEAST: 'By `delayMsLeast`.',
  },
});

/** Points of one answer: 20 days by the quarter of an hour. More would block the main thread for over 10 ms. */
export const pointsMax = 2_000;

@ArgsType()
export class ConcurrencyArgs extends windowArgsOf(StreamSessionFilter, 'sessions') {
  @Field(() => Int, {
    description: `Seconds from one point to the next, at least 1. The time range may have at most ${pointsMax} points.`,
  })
  stepSeconds!: number;
}

/** @throws LedgerError - BAD_USER_INPUT */
export function toConcurrencyQuestion(args: ConcurrencyArgs): ConcurrencyQuestion {
  const window = windowOf(args);
  const stepMs = args.stepSeconds * 1_000;
  if (stepMs < 1_000) throw new LedgerError('BAD_USER_INPUT', 'stepSeconds must be at least 1.');
  if (Math.ceil((window.toMs - window.fromMs) / stepMs) > pointsMax) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      `The answer would have more than ${pointsMax} points. Ask for a longer step or for less time.`,
    );
  }
  return { kind: 'concurrency', condition: toCondition(streamSessionFields, args.filter), window, stepMs };
}
