import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { relayTaskStateOf, taskViewOf } from '../../../src/relay/relay-task.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { withLedger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { anyRelayCallbacks } from '../../support/relay-scenarios.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { runsOf } from '../../support/runs-of.ts';
import { inTime, permuted, redeliveriesOf } from '../../support/scenarios.ts';

const arrivals = anyRelayCallbacks
  .chain((callbacks) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
  .chain(permuted);

/** By its facts and its runs. */
function expectedTask(reader: ReadModelReader, taskRow: number) {
  const runs = runsOf(reader, taskRow, 500);
  const facts = reader.relay.taskByRow(taskRow)?.facts;
  if (facts === undefined) throw new Error('The task has no row.');
  const { domain, path, streamId } = taskViewOf(facts);
  const newest = runs[0] ?? null;
  const exit = runs.find((run) => run.exit !== null)?.exit ?? null;
  return {
    state: relayTaskStateOf(newest),
    domain,
    path,
    streamId,
    startedAtMs: newest?.startedAtMs ?? null,
    startReceivedAtMs: newest?.startReceivedAtMs ?? null,
    exitedAtMs: exit?.exitedAtMs ?? null,
    exitReceivedAtMs: exit?.receivedAtMs ?? null,
    exitCode: exit?.code ?? null,
    newestExitCodeText: exit?.codeText ?? null,
  };
}

test('property: what a task shows from its columns is what its facts and its runs say, after every single arrival', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.subarray(['state', 'domain', 'exitCode', 'toUrl']), async (all, selected) => {
      await withLedger(all, async (ledger) => {
        const readModel = ledger.openReadModel();
        for (const event of await ledger.events()) {
          readModel.project([event]);
          readModel.read((reader) => {
            const { rows } = reader.relayTasks(pageOf('STARTED_AT', { shown: new Set(selected) }));
            for (const { row } of rows) {
              const { state, domain, path, streamId, exitedAtMs, exitReceivedAtMs, exitCode } = row;
              const { startedAtMs, startReceivedAtMs, newestExit } = row;
              const newestExitCodeText = newestExit?.exit?.codeText ?? null;
              const shown = { state, domain, path, streamId, exitedAtMs, exitReceivedAtMs, exitCode };
              expect({ ...shown, startedAtMs, startReceivedAtMs, newestExitCodeText }).toEqual(
                expectedTask(reader, row.id),
              );
            }
          });
        }
      });
    }),
    { ...inTime, numRuns: numRunsOf(40) },
  );
});

test('property: the runs of several tasks are those of each, the newest first, with their numbers', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), async (all, rowsMax) => {
      await withLedger(all, async (ledger) => {
        const readModel = await ledger.projected();
        const tasks = readModel.db.prepare<[], number>('SELECT id FROM relay_tasks ORDER BY task_id').pluck().all();
        const runsBySql = readModel.db.prepare<[number], { order_at: number; nth: number }>(
          'SELECT order_at, nth FROM relay_runs WHERE task_row = ? ORDER BY order_at, nth',
        );
        const byDefinition = (taskRow: number) =>
          runsBySql
            .all(taskRow)
            .map(({ order_at: openedAtMs, nth }, index) => ({ openedAtMs, nth, number: index + 1 }))
            .reverse()
            .slice(0, rowsMax);
        const asked = [...tasks, 1_000_000];
        const found = readModel.read((reader) => reader.relay.runs(asked, rowsMax));
        expect(
          [...found].map(([taskRow, runs]) => [
            taskRow,
            runs.map(({ openedAtMs, nth, number }) => ({ openedAtMs, nth, number })),
          ]),
        ).toEqual(asked.map((taskRow) => [taskRow, byDefinition(taskRow)]));
      });
    }),
    { ...inTime, numRuns: numRunsOf(60) },
  );
});
