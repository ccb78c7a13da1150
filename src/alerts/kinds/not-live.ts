import { setImmediate as turn } from 'node:timers/promises';
import type { AlertSubject } from '../alert-events.ts';
import type * as z from 'zod';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import { list, object, text } from '../../settings/json-settings.ts';
import { alertKind, createScheduleCheck, schedule } from '../alert-rule.ts';
import { factsOf, firstRows, found, keyOf, titleOf } from './findings.ts';

/** Streams that are looked up before other work has its turn. */
const streamsPerTurn = 50;

/** Streams of a rule: each is looked up at each evaluation. */
const streamsMax = 200;

const listedStream = object({
  domain: text(1, 256).describe('Its push domain.'),
  path: text(1, 256).describe('Its push path. Any, where it is left out.').optional(),
  streamId: text(1, 1_024).describe('Its name.'),
});

export const notLive = alertKind({
  when: 'NOT_LIVE',
  description: 'A stream that is not live when it should be.',
  settings: {
    streams: list(listedStream, streamsMax),
    schedule: schedule.describe('When the streams should be live. Always, where it is left out.').optional(),
  },
  subjects: 'streams',
  openFind(rule, { readModel }) {
    const isScheduled = rule.schedule === undefined ? () => true : createScheduleCheck(rule.schedule);
    return async (nowMs) => {
      if (!isScheduled(nowMs)) return found([]);
      const subjects: AlertSubject[] = [];
      const unknown = new Set<string>();
      for (const [index, stream] of rule.streams.entries()) {
        if (index % streamsPerTurn === streamsPerTurn - 1) await turn();
        const names = { ...stream, appId: null, path: stream.path ?? null };
        const key = keyOf(stream.domain.toLowerCase(), names.path, stream.streamId);
        const isLive = liveOf(stream, readModel);
        if (isLive === null) unknown.add(key);
        if (isLive !== false) continue;
        subjects.push({ key, summary: `${titleOf(names)} should be live, and is not.`, facts: factsOf(names) });
      }
      return { current: subjects, isUnknown: (key) => unknown.has(key) };
    };
  },
});

/** Null if too many sessions would have to be examined. */
function liveOf({ domain, path, streamId }: z.output<typeof listedStream>, readModel: ReadModelReader): boolean | null {
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
