import { taskViewOf } from '../../relay/relay-task.ts';
import type { RelayTaskRow } from '../../relay/relay-task-rows.ts';
import { list, wholeNumber } from '../../settings/json-settings.ts';
import { alertKind, withinSeconds } from '../alert-rule.ts';
import {
  conditionsOf,
  cut,
  entriesMax,
  factsOf,
  firstRows,
  found,
  keyOf,
  streamFilter,
  subjectsMax,
  taskTitleOf,
} from './findings.ts';

/** Another run ends the condition. */
export const relayExit = alertKind({
  when: 'RELAY_EXIT',
  description: 'A relay task that has exited.',
  settings: {
    filter: streamFilter,
    exitCodes: list(wholeNumber(-2_147_483_648, 2_147_483_647), entriesMax)
      .describe('Codes of its newest run. Every exit but those with 0, where it is left out.')
      .optional(),
    // An hour: an end that callbacks report late is still an end.
    withinSeconds: withinSeconds(3_600),
  },
  subjects: 'tasks',
  openFind({ filter, exitCodes, withinSeconds: within }, { readModel }) {
    const hasCode =
      exitCodes === undefined
        ? { not: { field: 'exitCode' as const, operator: 'eq' as const, value: 0 } }
        : { field: 'exitCode' as const, operator: 'in' as const, values: exitCodes };
    return (nowMs) => {
      const { rows, hasNextPage } = readModel.relayTasks({
        condition: {
          and: [
            { field: 'exitReceivedAt', operator: 'gte', value: nowMs - within * 1_000 },
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
  },
});

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
