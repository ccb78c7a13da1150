import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { RelayTaskFigures as Figures } from '../../../read-models/analysis/relay-task-statistics.ts';
import { statisticsOf } from './statistics.ts';

@ObjectType({
  description:
    'What happened in relay tasks, counted: in one time, and of one group where it is a row. Times are CSS’s, or those of the arrival where a callback has none.',
})
class RelayTaskFigures implements Figures {
  @Field(() => Int, {
    description:
      'Runs that began in the time: with a TaskStart; where that is missing, with the first callback that is known of the run, which may be its exit.',
  })
  runs!: number;

  @Field(() => Int, {
    description: 'Runs that exited in the time, of `runs` of the tasks. Exits that match no task are not among them.',
  })
  exits!: number;

  @Field(() => Int, { description: 'Source files that began to be played: callbacks VodSourceFileStart.' })
  filesStarted!: number;

  @Field(() => Int, {
    description: 'Source files that were played to their end: callbacks VodSourceFileFinish. A loop counts each time.',
  })
  filesPlayed!: number;

  @Field(() => Int, { description: 'Alarms: callbacks TaskAlarm.' })
  alarms!: number;
}

export const RelayTaskStatistics = statisticsOf<Figures>({
  name: 'RelayTaskStatistics',
  counted: 'relay tasks',
  figures: RelayTaskFigures,
  dimensions: {
    appId: { type: () => ID, description: 'The account. Null unless it was grouped by APP_ID.' },
    domain: {
      type: () => String,
      description:
        'The domain that the tasks push to. Null unless it was grouped by DOMAIN, and for tasks without one.',
    },
    path: {
      type: () => String,
      description: 'The path that the tasks push to. Null unless it was grouped by PATH, and for tasks without one.',
    },
    streamId: {
      type: () => String,
      description:
        'The stream that the tasks push to. Null unless it was grouped by STREAM_ID, and for tasks without one.',
    },
    taskId: { type: () => ID, description: 'The task. Null unless it was grouped by TASK_ID.' },
    exitCode: {
      type: () => Int,
      description:
        'The code with which the runs exited. Null unless it was grouped by EXIT_CODE, and for runs without one: those that have not exited, and codes that are no numbers. Files and alarms are in the group of their run.',
    },
  },
});
