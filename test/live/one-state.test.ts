import { expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { readLogCursor } from '../../src/live/log-cursor.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { withLedger, type Ledger } from '../support/ledger.ts';
import { openLiveFixture, openTestSink } from '../support/live-ledger-fixture.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { relayBody } from '../support/relay-bodies.ts';

/** Records and projects a relay callback; its position. */
async function arrive(ledger: Ledger, readModel: TestReadModel, callbackEvent: string, msg: object): Promise<bigint> {
  const body = relayBody(callbackEvent, msg, { task_id: 'one' });
  await ledger.append([{ body, receivedAtMs: 1_700_000_000_000 }]);
  readModel.project((await ledger.events()).slice(-1));
  return ledger.store.endPosition();
}

const positionOf = (cursor: string, ledger: Ledger) => readLogCursor(cursor, ledger.store).position;

const changed = `subscription { relayTaskChanged {
  cursor relayTask { callbacks(first: 1) { nodes { body } } runs { files { index } } files { index } }
} }`;

interface Sent {
  readonly relayTaskChanged: {
    readonly cursor: string;
    readonly relayTask: { readonly runs: readonly Files[] } & Files;
  };
}
interface Files {
  readonly files: readonly { readonly index: number }[];
}

test('a message is of one state, even if its task changes while it is read: what changed is sent at its own position', async () => {
  await withLedger([], async (ledger) => {
    const readModel = ledger.openReadModel();
    const positions: bigint[] = [];
    const live = openLiveFixture(ledger, readModel, {
      async onBodyRead() {
        if (positions.length !== 1) return;
        const file = { index: 7, url: 'http://source.example/live/one.flv', task_start_time: 1_000_000 };
        positions.push(await arrive(ledger, readModel, 'VodSourceFileStart', file));
        live.notify();
      },
    });
    try {
      const sink = openTestSink();
      await live.subscribe(changed, {}, sink);
      positions.push(await arrive(ledger, readModel, 'TaskStart', { task_start_time: 1_000_000 }));
      live.notify();
      await sink.until(() => sink.taken.length === 2);
      const sent = sink.taken.map(({ data }) => (data as Sent).relayTaskChanged);
      const files = [{ index: 7 }];
      expect(
        sent.map(({ cursor, relayTask: { runs, files: ofNewest } }) => ({
          at: positionOf(cursor, ledger),
          files: ofNewest,
          ofRuns: runs.map((run) => run.files),
        })),
      ).toEqual([
        { at: positions[0], files: [], ofRuns: [[]] },
        { at: positions[1], files, ofRuns: [files] },
      ]);
      expect(live.ports.snapshots.counts().messages).toEqual({ open: 0, waiting: 0 });
    } finally {
      live.close();
    }
  });
});

/** Lets fields wait before they are resolved, as those do that are read in batches; the function that it returns ends that. */
function letWait(wait: () => Promise<void>, ...fields: readonly `${string}.${string}`[]): () => void {
  const resetting = fields.map((name) => {
    const [typeName = '', fieldName = ''] = name.split('.');
    const field = (ledgerSchema().getType(typeName) as GraphQLObjectType).getFields()[fieldName];
    const resolve = field?.resolve;
    if (field === undefined || resolve === undefined) throw new Error(`${name} is not resolved.`);
    field.resolve = async (...given) => {
      await wait();
      return resolve(...given);
    };
    return () => (field.resolve = resolve);
  });
  return () => resetting.forEach((reset) => reset());
}

const asked = `{
  first: relayTask(taskId: "one") { state exitCode runs { exitCode } callbacks { totalCount nodes { body } } }
  relayTasks { liveFrom nodes { state runs { exitCode } } }
  second: relayTask(taskId: "one") { state }
  projections { position }
  callbacks { totalCount liveFrom }
}`;

interface Answer {
  readonly first: object;
  readonly relayTasks: { readonly liveFrom: string; readonly nodes: readonly object[] };
  readonly second: object;
  readonly projections: readonly { readonly position: string }[];
  readonly callbacks: { readonly totalCount: number; readonly liveFrom: string };
}

test('a query is answered from one state, even if the task ends while its fields wait', async () => {
  await withLedger([], async (ledger) => {
    const readModel = ledger.openReadModel();
    let end: () => void = () => undefined;
    const hasEnded = new Promise<void>((resolve) => (end = resolve));
    let ending: Promise<unknown> | null = null;
    const taskEnds = async () => {
      ending ??= arrive(ledger, readModel, 'TaskExit', { code: -22, message: '', task_exit_time: 1_000_060 }).then(end);
      await ending;
    };
    // The task is read before it ends, the lists are read after that.
    const resets = [
      letWait(taskEnds, 'RelayTask.runs', 'RelayTask.callbacks'),
      letWait(() => hasEnded, 'Query.relayTasks', 'Query.projections'),
    ];
    const live = openLiveFixture(ledger, readModel, { onBodyRead: taskEnds });
    const answer = async () => {
      const { data, errors } = await (await live.query(asked)).answer();
      expect(errors).toBeUndefined();
      const { first, relayTasks, second, projections, callbacks } = JSON.parse(JSON.stringify(data)) as Answer;
      const positions = [relayTasks.liveFrom, callbacks.liveFrom].map((cursor) => positionOf(cursor, ledger));
      positions.push(...projections.map(({ position }) => BigInt(position)));
      return { first, tasks: relayTasks.nodes, second, callbacks: callbacks.totalCount, positions };
    };
    const stateAt = (position: bigint, callbacks: number, state: string, exitCode: number | null) => ({
      first: {
        state,
        exitCode,
        runs: [{ exitCode }],
        callbacks: {
          totalCount: callbacks,
          nodes: Array.from({ length: callbacks }, () => ({ body: expect.anything() })),
        },
      },
      tasks: [{ state, runs: [{ exitCode }] }],
      second: { state },
      callbacks,
      positions: [position, position, position],
    });
    try {
      const started = await arrive(ledger, readModel, 'TaskStart', { task_start_time: 1_000_000 });
      expect(await answer()).toEqual(stateAt(started, 1, 'RUNNING', null));
      expect(await answer()).toEqual(stateAt(await ledger.store.endPosition(), 2, 'EXITED', -22));
      expect(live.ports.snapshots.counts().queries).toEqual({ open: 0, waiting: 0 });
    } finally {
      for (const reset of resets) reset();
      live.close();
    }
  });
});
