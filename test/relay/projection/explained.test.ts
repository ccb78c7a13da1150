import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPlaying } from '../../../src/relay/relay-activity.ts';
import { shownTimeAt, type OrderPoint } from '../../../src/relay/relay-runs.ts';
import type { FieldExplanation } from '../../../src/sessions/session-explanation.ts';
import { digestOf } from '../../../src/callbacks/identity.ts';
import { explainFile, explainRun } from '../../../src/relay/relay-explanation.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { openLedger, type TestArrival } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { expectedRuns } from '../../support/relay-explanation-oracle.ts';
import {
  anyRelayCallbacks,
  callbacksOnTwoClocks,
  timedFileCallbacks,
  timedRelayCallbacks,
} from '../../support/relay-scenarios.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { runsOf } from '../../support/runs-of.ts';

const rowsMax = 100;

async function read<Result>(arrivals: readonly TestArrival[], ask: (reader: ReadModelReader) => Result) {
  const ledger = openLedger();
  try {
    await ledger.append(arrivals);
    return (await ledger.projected()).read(ask);
  } finally {
    await ledger.close();
  }
}

/** Every run of every task, in order, with its files and what explains them. */
function explained(reader: ReadModelReader) {
  const { relay } = reader;
  return reader.relayTasks(pageOf('STARTED_AT')).rows.map(({ row: { id, taskId } }) => {
    const runs = [...runsOf({ relay }, id, rowsMax)].reverse().map((run) => {
      const files = relay.files(id, run, rowsMax).map((file) => ({
        file,
        fields: explainFile(file, relay.fileCallbacks(id, run, file, rowsMax)),
      }));
      return { run, fields: explainRun(run, relay.runEvidence(id, run, rowsMax)), files };
    });
    return { taskId, runs };
  });
}

describe('runs and files are explained', () => {
  test('property: by the callback that counts, with what others say that differs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(timedRelayCallbacks, timedFileCallbacks), async (arrivals) => {
        const indexes = new Map(arrivals.map(({ body }, index) => [digestOf(body), index]));
        const toExpected = <Offering extends { readonly digest: string }>(
          fields: readonly FieldExplanation<string, Offering>[],
        ) =>
          fields.map(({ field, value, setBy, others }) => [
            field,
            value,
            setBy === null ? null : indexes.get(setBy.digest),
            others.map(({ value: other, by }) => [other, indexes.get(by.digest)]),
          ]);
        const found = await read(arrivals, explained);
        const shown = found.map(({ taskId, runs }) => [
          taskId,
          runs.map(({ fields, files }) => ({
            run: toExpected(fields),
            files: Object.fromEntries(files.map(({ file, fields: ofFile }) => [file.key, toExpected(ofFile)])),
          })),
        ]);
        expect(Object.fromEntries(shown)).toEqual(expectedRuns(arrivals));
      }),
      { numRuns: numRunsOf(120) },
    );
  });

  test.each([
    ['no time', anyRelayCallbacks],
    ['times of two clocks', callbacksOnTwoClocks],
  ])('property: with %s, every value that is shown is explained by a callback that says it', async (_, histories) => {
    await fc.assert(
      fc.asyncProperty(histories, async (arrivals) => {
        for (const { run, fields, files } of (await read(arrivals, explained)).flatMap(({ runs }) => runs)) {
          const { startedAtMs, startReceivedAtMs, exit } = run;
          const ofExit = { exitCode: exit?.code, exitCodeText: exit?.codeText, exitMessage: exit?.message };
          const ofTimes = { exitedAtMs: exit?.exitedAtMs, exitReceivedAtMs: exit?.receivedAtMs };
          const { attribution } = exit ?? {};
          expect(valuesOf(fields)).toEqual(
            known({ startedAtMs, startReceivedAtMs, ...ofTimes, ...ofExit, attribution }),
          );
          for (const { file, fields: ofFile } of files) {
            const { startedAt, finishedAt } = file;
            const shown = (at: OrderPoint | null) => (at === null ? null : shownTimeAt(at));
            const finishedAtMs = isPlaying(file) ? null : shown(finishedAt);
            const { index, url, durationSeconds } = file.naming;
            const values = { index, url, durationSeconds: durationSeconds === 0 ? null : durationSeconds };
            expect(valuesOf(ofFile)).toEqual(known({ ...values, startedAtMs: shown(startedAt), finishedAtMs }));
          }
        }
      }),
      { numRuns: numRunsOf(40) },
    );
  });
});

function valuesOf(fields: readonly FieldExplanation<string, unknown>[]) {
  for (const { value, setBy } of fields) expect(value !== null && setBy === null).toBe(false);
  return known(Object.fromEntries(fields.map(({ field, value }) => [field, value])));
}

function known(values: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
