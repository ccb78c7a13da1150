import { Float, ID, Int } from 'type-graphql';
import type { CallbackFigures as Figures } from '../../../read-models/analysis/callback-statistics.ts';
import { SignatureEnum } from '../callback-record.ts';
import { statisticsOf } from './statistics.ts';
import { orNull } from '../declare.ts';

export const CallbackStatistics = statisticsOf<Figures>({
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
