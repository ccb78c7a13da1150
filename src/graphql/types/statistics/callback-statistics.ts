import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { CallbackFigures as Figures } from '../../../read-models/analysis/callback-statistics.ts';
import { SignatureEnum } from '../callback-record.ts';
import { statisticsOf } from './statistics.ts';

@ObjectType({
  description:
    'Recorded callbacks in figures: those that first arrived in one time, and of one group where it is a row. Delays are of those with a time of their own (`occurredAt`).',
})
class CallbackFigures implements Figures {
  @Field(() => Int, { description: 'Callbacks whose `receivedAt` lies in the time.' })
  callbacks!: number;

  @Field(() => Int, {
    description: 'How often these arrived, all their redeliveries included, also those that arrived after the time.',
  })
  deliveries!: number;

  @Field(() => Int, { description: 'Those of them with an `occurredAt`: the delays are of these.' })
  timed!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The median of the delays in milliseconds, by nearest rank. A delay is `receivedAt` minus `occurredAt`: from the event by CSS’s clock, in whole seconds for pushes, until the first arrival by the receiver’s clock. So it contains the difference of the two clocks. Null where no callback has a time.',
  })
  delayMsP50!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The 95th percentile of the same delays: 95 of 100 are not longer.',
  })
  delayMsP95!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The 99th percentile of the same delays: 99 of 100 are not longer.',
  })
  delayMsP99!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The least of the same delays: what shows a difference of the clocks. No callback arrives before its event, so where this is negative, the receiver’s clock is behind CSS’s, at least by so much.',
  })
  delayMsLeast!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The longest time from an arrival until the callback was in the log, in milliseconds: `recordedAt` minus `receivedAt`. Long where it waited in a spool or in quarantine. Null where there are no callbacks.',
  })
  recordingMsMost!: number | null;
}

export const CallbackStatistics = statisticsOf<Figures>({
  name: 'CallbackStatistics',
  counted: 'recorded callbacks',
  figures: CallbackFigures,
  dimensions: {
    eventType: {
      type: () => Int,
      description: '`event_type`. Null unless it was grouped by EVENT_TYPE, and for callbacks without one.',
    },
    callbackEvent: {
      type: () => String,
      description:
        '`callback_event`, such as `TaskExit`. Null unless it was grouped by CALLBACK_EVENT, and for callbacks without one.',
    },
    appId: {
      type: () => ID,
      description: 'The account. Null unless it was grouped by APP_ID, and for callbacks without one.',
    },
    domain: {
      type: () => String,
      description:
        'The domain of the session or task, else of the body. Null unless it was grouped by DOMAIN, and for callbacks without one.',
    },
    streamId: {
      type: () => String,
      description:
        'The stream of the session or task, else of the body. Null unless it was grouped by STREAM_ID, and for callbacks without one.',
    },
    taskId: {
      type: () => ID,
      description: 'The relay task. Null unless it was grouped by TASK_ID, and for callbacks that belong to none.',
    },
    signature: {
      type: () => SignatureEnum,
      description: 'How they were authenticated. Null unless it was grouped by SIGNATURE.',
    },
  },
});
