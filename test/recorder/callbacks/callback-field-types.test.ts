import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CallbacksCountDocument,
  CallbacksDocument,
  ProjectionsDocument,
  StreamSessionsDocument,
} from '../../../schema/operations.generated.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

/** As JSON text, because JSON.stringify could not produce all of it. */
const values = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-9223372036854775809',
  '99999999999999999999999999',
  '""',
  '" "',
  '"text"',
  '"\\u0000\\ud800"',
  '[]',
  '[1,[2]]',
  '{}',
  '{"a":{"b":null}}',
  `"${'長'.repeat(20_000)}"`,
];

let running: RunningApp;
let recorded = 0;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

describe.each(['push', 'interruption', 'relay-en-task-start', 'relay-en-vod-source-file-start', 'relay-en-task-exit'])(
  'wrong types in every field of %s',
  (sample) => {
    const bodies = Object.keys(parseSample(sample)).flatMap((field) =>
      values.map((value, index) => {
        const { [field]: _replaced, ...others } = parseSample(sample);
        // A field of its own makes each a callback of its own, also where the sequence is the wrong field.
        const body = { sequence: `31${field.length}${index}`, ...others, number: `${field} ${index}` };
        return `{${JSON.stringify(field)}:${value},${JSON.stringify(body).slice(1)}`;
      }),
    );

    test('are each recorded as a callback', async () => {
      const answers = await Promise.all(bodies.map((body) => running.post(body)));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      await running.projected();
      recorded += bodies.length;
      const counted = await running.query(CallbacksCountDocument, {});
      expect(counted.callbacks.totalCount).toBe(recorded);
      await running.query(CallbacksDocument, { first: bodies.length });
    });

    test('break no projection and no list', async () => {
      const { projections } = await running.query(ProjectionsDocument, {});
      expect(projections).toMatchObject([{ stalled: false, lagEvents: 0, poisoned: [] }]);
      await running.query(StreamSessionsDocument, { first: 500 });
    });
  },
);
