import { writeIncidentId, readIncidentId, type IncidentRow } from '../../incidents/incident-fields.ts';
import { streamsMin } from '../../incidents/incident-rules.ts';
import { summaryOf, liveThen } from '../../incidents/incident-words.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import type { AlertSubject } from '../alert-events.ts';
import { alertKind, dayS } from '../alert-rule.ts';
import { firstRows, keyOf, subjectsMax } from './findings.ts';

/** An incident that grows is a subject again, each time that it has doubled; those before stay as they are until it is over. */
export const incident = alertKind({
  when: 'INCIDENT',
  description: 'Streams that failed together: an incident, and each time that it has doubled.',
  settings: {},
  openFind:
    (_rule, { readModel }) =>
    (nowMs) => {
      const { rows, hasNextPage } = readModel.incidents({
        condition: {
          and: [
            { field: 'state', operator: 'in', values: ['ONGOING', 'RECOVERING'] },
            // What was imported is no news.
            { field: 'lastFailedAt', operator: 'gte', value: nowMs - dayS * 1_000 },
          ],
        },
        order: { by: 'STARTED_AT', descending: true },
        ...firstRows(subjectsMax),
      });
      const goingOn = new Set(
        rows.flatMap(({ row }) => sizes.map((size) => keyOf('incident', idOf(row), String(size)))),
      );
      return Promise.resolve({
        current: rows.map(({ row }) => subjectOf(row, readModel)),
        isUnknown: (key) => hasNextPage || goingOn.has(key),
        summaryAtEnd: ({ summary, facts }) => {
          const number = readIncidentId(String(facts['incident']));
          const row = number === null ? null : readModel.incident(number);
          return row === null ? `${summary} Late callbacks have shown another picture.` : sentenceOf(row, readModel);
        },
      });
    },
});

/** How often an incident can double: more streams than that are not pushed at once. */
const doublingsMax = 20;
const sizes = Array.from({ length: doublingsMax + 1 }, (_, doublings) => doublings);

function subjectOf(row: IncidentRow, readModel: ReadModelReader): AlertSubject {
  const size = Math.min(doublingsMax, Math.max(0, Math.floor(Math.log2(row.affected / streamsMin))));
  const { affected, back, notBack, side, domain } = row;
  return {
    key: keyOf('incident', idOf(row), String(size)),
    summary: sentenceOf(row, readModel),
    facts: { incident: idOf(row), side, affected, back, notBack, ...(domain !== null && { domain }) },
  };
}

function idOf({ number }: IncidentRow): string {
  return writeIncidentId(number);
}

function sentenceOf(row: IncidentRow, readModel: ReadModelReader): string {
  return summaryOf(row, liveThen(row, readModel));
}
