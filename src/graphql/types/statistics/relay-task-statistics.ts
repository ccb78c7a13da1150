import { ID, Int } from 'type-graphql';
import type { RelayTaskFigures as Figures } from '../../../read-models/analysis/relay-task-statistics.ts';
import { statisticsOf } from './statistics.ts';

export const RelayTaskStatistics = statisticsOf<Figures>({
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
