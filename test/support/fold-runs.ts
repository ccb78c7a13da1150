import {
  foldMoment,
  momentsOf,
  openedByActivity,
  type FirstActivity,
  type RelayRun,
  type RunBoundary,
} from '../../src/relay/relay-runs.ts';

/**
 * Folds a task's boundaries, in any order, and its first activity (a file or an alarm) into runs. With a base, the newest run before all of
 * them (see `asOf`), the result is the base as they change it, and the runs after it.
 */
export function foldRuns(
  boundaries: readonly RunBoundary[],
  firstActivity: FirstActivity | null,
  base: RelayRun | null = null,
): RelayRun[] {
  const runs: RelayRun[] = base === null ? [] : [base];
  for (const moment of momentsOf(boundaries)) foldMoment(runs, moment, firstActivity);
  if (runs.length === 0 && firstActivity !== null) runs.push(openedByActivity(firstActivity));
  return runs;
}
