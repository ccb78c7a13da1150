import { expect, test } from '@jest/globals';
import { readLogCursor } from '../../src/live/log-cursor.ts';
import { withLedger } from '../support/ledger.ts';
import { openLiveFixture, openTestSink } from '../support/live-ledger-fixture.ts';
import { relayBody } from '../support/relay-bodies.ts';

const changed = `subscription { relayTaskChanged {
  cursor relayTask { taskId callbacks(first: 1) { nodes { body } } runs { files { index } } files { index } }
} }`;

interface Sent {
  readonly relayTaskChanged: {
    readonly cursor: string;
    readonly relayTask: { readonly taskId: string; readonly runs: readonly Files[] } & Files;
  };
}
interface Files {
  readonly files: readonly { readonly index: number }[];
}

test('a task that changes while it is read is sent at its new position only: a position has one state, on every node', async () => {
  await withLedger([], async (ledger) => {
    const readModel = ledger.openReadModel();
    const arrive = async (callbackEvent: string, taskId: string, msg: object) => {
      await ledger.append([
        { body: relayBody(callbackEvent, msg, { task_id: taskId }), receivedAtMs: 1_700_000_000_000 },
      ]);
      readModel.project((await ledger.events()).slice(-1));
      return ledger.store.endPosition();
    };
    const positions: bigint[] = [];
    let isFirst = true;
    const live = openLiveFixture(ledger, readModel, async () => {
      if (!isFirst) return;
      isFirst = false;
      const file = { index: 7, url: 'http://source.example/live/one.flv', task_start_time: 1_000_000 };
      for (const taskId of ['one', 'two']) positions.push(await arrive('VodSourceFileStart', taskId, file));
      live.notify();
    });
    try {
      const sink = openTestSink();
      await live.subscribe(changed, {}, sink);
      for (const taskId of ['one', 'two']) await arrive('TaskStart', taskId, { task_start_time: 1_000_000 });
      live.notify();
      const sent = () => sink.taken.map(({ data }) => (data as Sent).relayTaskChanged);
      const positionOf = (cursor: string) => readLogCursor(cursor, ledger.store).position;
      await sink.until(
        () => positions[1] !== undefined && sent().some(({ cursor }) => positionOf(cursor) === positions[1]),
      );
      const files = [{ index: 7 }];
      expect(
        sent().map(({ cursor, relayTask: { taskId, runs, files: ofNewest } }) => ({
          at: positionOf(cursor),
          taskId,
          files: ofNewest,
          ofRuns: runs.map((run) => run.files),
        })),
      ).toEqual([
        { at: positions[0], taskId: 'one', files, ofRuns: [files] },
        { at: positions[1], taskId: 'two', files, ofRuns: [files] },
      ]);
    } finally {
      live.close();
    }
  });
});
