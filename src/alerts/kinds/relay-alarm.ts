import { setImmediate as turn } from 'node:timers/promises';
import type { AlertSubject } from '../alert-events.ts';
import { taskViewOf } from '../../relay/relay-task.ts';
import type { RelayTaskRow, ShownAlarm } from '../../relay/relay-task-rows.ts';
import { alertKind, withinSeconds } from '../alert-rule.ts';
import {
  conditionsOf,
  cut,
  factsOf,
  firstRows,
  keyOf,
  names,
  streamFilter,
  subjectsMax,
  taskTitleOf,
} from './findings.ts';

/** Tasks whose alarms are read before other work has its turn. */
const tasksPerTurn = 50;

/** Kinds of alarms of one task. */
const alarmsMax = 20;

/** By relay task and kind of alarm, of the tasks that changed last. */
export const relayAlarm = alertKind({
  when: 'RELAY_ALARM',
  description: 'An alarm of a relay task.',
  settings: {
    filter: streamFilter,
    alarms: names('Kinds of alarms, such as PullFileUnstable. All, where it is left out.').optional(),
    // Ten minutes: older trouble is over.
    withinSeconds: withinSeconds(600),
  },
  subjects: 'tasks and kinds of alarms',
  openFind:
    ({ filter, alarms, withinSeconds: within }, { readModel }) =>
    async (nowMs) => {
      const sinceMs = nowMs - within * 1_000;
      const { rows, hasNextPage } = readModel.relayTasks({
        condition: { and: conditionsOf(filter) },
        order: { by: 'LAST_CHANGED', descending: true },
        ...firstRows(subjectsMax),
      });
      const subjects: AlertSubject[] = [];
      const over = new Set<string>();
      for (const [index, { row }] of rows.entries()) {
        if (index % tasksPerTurn === tasksPerTurn - 1) await turn();
        for (const alarm of readModel.relay.alarms(row.id, alarmsMax)) {
          if (alarms !== undefined && !alarms.includes(alarm.type)) continue;
          const subject = subjectOf(row, alarm);
          if (alarm.lastAtMs >= sinceMs) subjects.push(subject);
          else over.add(subject.key);
        }
      }
      // Tasks beyond the page changed before its last one: if that was before the time of the rule, none of them matters.
      const last = rows.at(-1)?.row;
      const wasCut =
        subjects.length > subjectsMax || (hasNextPage && last !== undefined && changedAtMs(last) >= sinceMs);
      return { current: subjects.slice(0, subjectsMax), isUnknown: (key) => wasCut && !over.has(key) };
    },
});

/** When its newest callback was sent, or came if it carries no time. */
function changedAtMs(task: RelayTaskRow): number {
  const { firstOccurredAtMs, firstReceivedAtMs, lastActivityAtMs, lastBoundaryAtMs, lastUntimedAtMs } = task;
  return Math.max(
    firstOccurredAtMs ?? firstReceivedAtMs,
    ...[lastActivityAtMs ?? 0, lastBoundaryAtMs ?? 0, lastUntimedAtMs ?? 0],
  );
}

function subjectOf({ appId, taskId, facts }: RelayTaskRow, { type }: ShownAlarm): AlertSubject {
  const view = { ...taskViewOf(facts), appId };
  return {
    key: keyOf(appId, taskId, type),
    summary: `${taskTitleOf(taskId, view)} has an alarm: ${cut(type)}.`,
    facts: { ...factsOf(view), taskId: cut(taskId), alarm: cut(type) },
  };
}
