import type { RelayTaskField } from '../../lists/listing.ts';
import type { GroupValue, StatisticsAnswer, StatisticsQuestion } from './statistics.ts';
import { createGroupedSums, type SummingRules } from '../grouped-sums.ts';

/** The dimensions of relay task statistics, besides time. */
export const relayTaskDimensions = ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID', 'TASK_ID', 'EXIT_CODE'] as const;
export type RelayTaskDimension = (typeof relayTaskDimensions)[number];

/** The kinds of things counted in relay tasks. */
export type RelayHappeningKind = 'runs' | 'exits' | 'filesStarted' | 'filesPlayed' | 'alarms';

/** The measures by which rows of relay task statistics can be ordered, besides their group. */
export type RelayTaskMeasure = 'RUNS' | 'EXITS' | 'FILES_STARTED' | 'FILES_PLAYED' | 'ALARMS';

/** Asks what happened in a window in the tasks that match, in any of their runs. */
export type RelayTaskStatisticsQuestion = StatisticsQuestion<
  'relayTaskStatistics',
  RelayTaskField,
  RelayTaskDimension,
  RelayTaskMeasure
>;

/** What happened in relay tasks in a window, counted. */
export type RelayTaskFigures = Readonly<Record<RelayHappeningKind, number>>;

/** Something that happened in a task: by CSS's clock, or by ours if the callback has no time. */
export interface RelayHappening {
  readonly kind: RelayHappeningKind;
  readonly atMs: number;
  readonly group: readonly GroupValue[];
}

/** Counts what happened; see `docs/api.md`. @throws LedgerError - OPERATION_TOO_COSTLY: too many groups */
export function sumRelayTaskStatistics(
  question: RelayTaskStatisticsQuestion,
  happenings: Iterable<RelayHappening>,
): StatisticsAnswer<RelayTaskFigures> {
  const grouped = createGroupedSums<Sums, RelayTaskFigures, RelayTaskMeasure>(question, rules);
  for (const { kind, atMs, group } of happenings) {
    if (!grouped.isWithin(atMs)) continue;
    grouped.total[kind] += 1;
    grouped.sumsAt(grouped.groupOf(group), atMs)[kind] += 1;
  }
  return grouped.answer();
}

type Sums = Record<RelayHappeningKind, number>;

const rules: SummingRules<Sums, RelayTaskFigures, RelayTaskMeasure> = {
  newSums: () => ({ runs: 0, exits: 0, filesStarted: 0, filesPlayed: 0, alarms: 0 }),
  figuresOf: (sums) => sums,
  measures: {
    RUNS: ({ runs }) => runs,
    EXITS: ({ exits }) => exits,
    FILES_STARTED: ({ filesStarted }) => filesStarted,
    FILES_PLAYED: ({ filesPlayed }) => filesPlayed,
    ALARMS: ({ alarms }) => alarms,
  },
};
