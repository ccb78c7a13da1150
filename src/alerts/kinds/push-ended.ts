import { setImmediate as turn } from 'node:timers/promises';
import type { AlertSubject } from '../alert-events.ts';
import { sessionViewOf } from '../../sessions/stream-session-view.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import type { StreamSessionField, StreamSessionRow } from '../../sessions/stream-session-fields.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import { endSides } from '../../sessions/interruption-codes.ts';
import { list, word } from '../../settings/json-settings.ts';
import { alertKind, withinSeconds } from '../alert-rule.ts';
import {
  conditionsOf,
  cut,
  factsOf,
  firstRows,
  keyOf,
  sameStream,
  streamFilter,
  subjectsMax,
  titleOf,
} from './findings.ts';

/** Sessions that are examined before other work has its turn. */
const sessionsPerTurn = 50;

/** Pushes of one stream that begin in the same second: hardly ever two. */
const sameMomentMax = 10;

/** Another push ends the condition. */
export const pushEnded = alertKind({
  when: 'PUSH_ENDED',
  description: 'A stream whose newest push something other than its client ended.',
  settings: {
    filter: streamFilter,
    sides: list(word(endSides), endSides.length)
      .describe('Sides that may have ended it.')
      .default(endSides.filter((side) => side !== 'CLIENT')),
    // An hour: an end that callbacks report late is still an end.
    withinSeconds: withinSeconds(3_600),
  },
  subjects: 'streams',
  openFind:
    (rule, { readModel }) =>
    async (nowMs) => {
      const subjects = new Map<string, AlertSubject>();
      /** Streams that no longer meet the condition, and those of which this is not known. */
      const [over, unclear] = [new Set<string>(), new Set<string>()];
      const { rows, hasNextPage } = readModel.streamSessions({
        condition: {
          and: [
            { field: 'state', operator: 'eq', value: 'ENDED' },
            { field: 'endedAt', operator: 'gte', value: nowMs - rule.withinSeconds * 1_000 },
            { field: 'endSide', operator: 'in', values: rule.sides },
            ...conditionsOf(rule.filter),
          ],
        },
        order: { by: 'ENDED_AT', descending: true },
        ...firstRows(subjectsMax),
      });
      for (const [index, { row }] of rows.entries()) {
        if (index % sessionsPerTurn === sessionsPerTurn - 1) await turn();
        const view = sessionViewOf(row.session);
        const { appId, sequence, streamId, endCode } = view;
        const key = keyOf(appId, view.domain, view.path, streamId, streamId === null ? sequence : null);
        const isLast = subjects.has(key) ? false : streamId === null || isNewest(row, readModel);
        if (isLast !== true) {
          (isLast === null ? unclear : over).add(key);
          continue;
        }
        const side = row.status.endSide ?? 'UNKNOWN';
        subjects.set(key, {
          key,
          summary: `The push of ${titleOf(view)} was ended: ${side}${endCode === null ? '' : `, code ${endCode}`}.`,
          facts: { ...factsOf(view), sequence: cut(sequence), endSide: side, ...(endCode !== null && { endCode }) },
        });
      }
      const isUnknown = (key: string) => unclear.has(key) || (hasNextPage && !over.has(key));
      return { current: [...subjects.values()], isUnknown };
    },
});

/** Null if too many sessions would have to be examined. */
function isNewest({ id, session }: StreamSessionRow, readModel: ReadModelReader): boolean | null {
  const view = sessionViewOf(session);
  const { startedAtMs, orderedAtMs, sequenceOrder } = view;
  const newestOf = (conditions: FieldCondition<StreamSessionField>[], rowsMax: number) =>
    readModel.streamSessions({
      condition: { and: [...sameStream(view), ...conditions] },
      order: { by: 'STARTED_AT', descending: true },
      ...firstRows(rowsMax),
    });
  const { rows, stoppedAt } = newestOf([], 1);
  const [newest] = rows;
  if (newest === undefined) return stoppedAt !== null ? null : false;
  if (startedAtMs === null || sessionViewOf(newest.row.session).orderedAtMs !== orderedAtMs)
    return newest.row.id === id;
  // The list has sessions of one moment in the order of the log, the stream has them in the order of their sequences.
  const same = newestOf([{ field: 'startedAt', operator: 'eq', value: startedAtMs }], sameMomentMax);
  return same.rows.every(({ row }) => sessionViewOf(row.session).sequenceOrder <= sequenceOrder);
}
