import { setImmediate as turn } from 'node:timers/promises';
import type { AlertSubject } from '../alert-events.ts';
import type { ReadModelReader } from '../../projecting/read-model-reader.ts';
import { createScheduleCheck, type ListedStream, type RuleOf } from '../alert-rule.ts';
import { firstRows, found, type FindSubjects, type Sources } from './findings.ts';
import { factsOf, keyOf, titleOf } from './subjects.ts';

/** Streams that are looked up before other work has its turn. */
const streamsPerTurn = 50;

/** Streams of the list that are not live while they should be. */
export function findNotLive(rule: RuleOf<'NOT_LIVE'>, { readModel }: Pick<Sources, 'readModel'>): FindSubjects {
  const isScheduled = rule.schedule === null ? () => true : createScheduleCheck(rule.schedule);
  return async (nowMs) => {
    if (!isScheduled(nowMs)) return found([]);
    const subjects: AlertSubject[] = [];
    const unknown = new Set<string>();
    for (const [index, stream] of rule.streams.entries()) {
      if (index % streamsPerTurn === streamsPerTurn - 1) await turn();
      const names = { appId: null, path: null, ...stream };
      const key = keyOf(stream.domain.toLowerCase(), names.path, stream.streamId);
      const isLive = liveOf(stream, readModel);
      if (isLive === null) unknown.add(key);
      if (isLive !== false) continue;
      subjects.push({ key, summary: `${titleOf(names)} should be live, and is not.`, facts: factsOf(names) });
    }
    return { current: subjects, isUnknown: (key) => unknown.has(key) };
  };
}

/** Null if too many sessions would have to be examined. */
function liveOf({ domain, path, streamId }: ListedStream, readModel: ReadModelReader): boolean | null {
  const { rows, stoppedAt } = readModel.streamSessions({
    condition: {
      and: [
        { field: 'streamId', operator: 'eq', value: streamId },
        { field: 'domain', operator: 'eq', value: domain.toLowerCase() },
        ...(path === undefined ? [] : [{ field: 'path', operator: 'eq', value: path } as const]),
        { field: 'state', operator: 'eq', value: 'LIVE' },
      ],
    },
    order: { by: 'STARTED_AT', descending: true },
    ...firstRows(1),
  });
  return rows.length > 0 ? true : stoppedAt === null ? false : null;
}
