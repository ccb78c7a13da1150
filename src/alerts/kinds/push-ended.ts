import { setImmediate as turn } from 'node:timers/promises';
import type { AlertSubject } from '../alert-events.ts';
import { sessionViewOf } from '../../sessions/stream-session-view.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import type { ReadModelReader } from '../../projecting/read-model-reader.ts';
import type { StreamSessionRow } from '../../projecting/rows.ts';
import type { RuleOf } from '../alert-rule.ts';
import { firstRows, subjectsMax, type FindSubjects, type Sources } from './findings.ts';
import { conditionsOf, cut, factsOf, keyOf, sameStream, titleOf } from './subjects.ts';

/** Sessions that are examined before other work has its turn. */
const sessionsPerTurn = 50;

/** Pushes of one stream that begin in the same second: hardly ever two. */
const sameMomentMax = 10;

/** Streams whose newest push was ended by one of the sides: another push ends the condition. */
export function findPushEnded(rule: RuleOf<'PUSH_ENDED'>, { readModel }: Pick<Sources, 'readModel'>): FindSubjects {
  return async (nowMs) => {
    const subjects = new Map<string, AlertSubject>();
    /** Streams that no longer meet the condition, and those of which this is not known. */
    const [over, unclear] = [new Set<string>(), new Set<string>()];
    const { rows, hasNextPage } = endedSessions(rule, readModel, nowMs);
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
  };
}

/** The newest first, within the time of the rule. */
function endedSessions(
  { filter, sides, withinSeconds }: RuleOf<'PUSH_ENDED'>,
  readModel: ReadModelReader,
  nowMs: number,
) {
  return readModel.streamSessions({
    condition: {
      and: [
        { field: 'state', operator: 'eq', value: 'ENDED' },
        { field: 'endedAt', operator: 'gte', value: nowMs - withinSeconds * 1_000 },
        { field: 'endSide', operator: 'in', values: sides },
        ...conditionsOf(filter),
      ],
    },
    order: { by: 'ENDED_AT', descending: true },
    ...firstRows(subjectsMax),
  });
}

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
