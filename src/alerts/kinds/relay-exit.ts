import { taskViewOf } from '../../relay/relay-task.ts';
import type { RelayTaskRow } from '../../projecting/rows.ts';
import type { RuleOf } from '../alert-rule.ts';
import { firstRows, found, subjectsMax, type FindSubjects, type Sources } from './findings.ts';
import { conditionsOf, cut, factsOf, keyOf, taskTitleOf } from './subjects.ts';

/** Relay tasks whose newest run has exited with one of the codes: another run ends the condition. */
export function findRelayExit(rule: RuleOf<'RELAY_EXIT'>, { readModel }: Pick<Sources, 'readModel'>): FindSubjects {
  const { filter, exitCodes, withinSeconds } = rule;
  const hasCode =
    exitCodes === null
      ? { not: { field: 'exitCode' as const, operator: 'eq' as const, value: 0 } }
      : { field: 'exitCode' as const, operator: 'in' as const, values: exitCodes };
  return (nowMs) => {
    const { rows, hasNextPage } = readModel.relayTasks({
      condition: {
        and: [
          { field: 'exitReceivedAt', operator: 'gte', value: nowMs - withinSeconds * 1_000 },
          { field: 'state', operator: 'eq', value: 'EXITED' },
          hasCode,
          ...conditionsOf(filter),
        ],
      },
      order: { by: 'EXITED_AT', descending: true },
      ...firstRows(subjectsMax),
    });
    return Promise.resolve(
      found(
        rows.map(({ row }) => subjectOf(row)),
        hasNextPage,
      ),
    );
  };
}

function subjectOf({ appId, taskId, facts, newestExit }: RelayTaskRow) {
  const view = { ...taskViewOf(facts), appId };
  const exit = newestExit?.exit ?? null;
  const code = exit?.codeText ?? exit?.code ?? 'no code';
  return {
    key: keyOf(appId, taskId),
    summary: `${taskTitleOf(taskId, view)} has exited: ${cut(String(code))}.`,
    facts: { ...factsOf(view), taskId: cut(taskId), ...(exit?.code != null && { exitCode: exit.code }) },
  };
}
