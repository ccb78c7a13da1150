import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeAgain } from '../../../src/relay/attribution-projection.ts';
import { fromTheBeginning, refoldRuns, writeTask } from '../../../src/relay/refold-projection.ts';
import { openLedger, withLedger, type TestArrival } from '../../support/ledger.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import {
  anyRelayCallbacks,
  callbacksOfOneClock,
  callbacksOnTwoClocks,
  timedRelayCallbacks,
} from '../../support/relay-scenarios.ts';
import { attributionsByDefinition } from '../../support/relay-oracle.ts';
import { permuted } from '../../support/scenarios.ts';
import { shownAttributions, shownTasks } from '../../support/expected-tasks.ts';

async function shownAfter(arrivals: readonly TestArrival[]) {
  const ledger = openLedger();
  try {
    await ledger.append(arrivals);
    const readModel = await ledger.projected();
    expect(readModel.logLines).toEqual([]);
    return { tasks: shownTasks(readModel), attributions: shownAttributions(readModel) };
  } finally {
    await ledger.close();
  }
}

describe('relay tasks', () => {
  test('property: any permutation and any duplicates of callbacks that carry times give the same tasks', async () => {
    const twoOrders = timedRelayCallbacks.chain((callbacks) =>
      fc.tuple(
        fc.constant(callbacks),
        fc.subarray(callbacks).chain((again) => permuted([...callbacks, ...again])),
      ),
    );
    await fc.assert(
      fc.asyncProperty(twoOrders, async ([one, other]) => {
        expect(await shownAfter(other)).toEqual(await shownAfter(one));
      }),
      { numRuns: 80 },
    );
  });

  test('two exits of one moment are two runs, also where a start after them arrives late', async () => {
    const at = (callback_event: string, seconds: number, distinct = 0): TestArrival => ({
      body: {
        appid: 4,
        event_type: 314,
        callback_event,
        task_id: '1',
        event_time: String(1_600_000_000 + seconds),
        distinct,
      },
      receivedAtMs: 1_600_000_000_000,
    });
    const exits = [at('TaskExit', 14), at('TaskExit', 14, 1)];
    const { tasks } = await shownAfter([...exits, at('VodSourceFileStart', 15), at('TaskStart', 15)]);
    expect(tasks[0]?.runs.map(({ openedBy }) => openedBy)).toEqual(['START', 'EXIT', 'EXIT']);
  });

  // One of the two orders of arrival is that of the digests, the other one is not.
  test.each([
    [1, 2],
    [2, 1],
  ])(
    'of exits %d and %d, which carry no time and may end the same run, the one that arrived first does',
    async (first, second) => {
      const at = (callback_event: string, seconds: number, more: Record<string, unknown>): TestArrival => ({
        body: { appid: 4, event_type: 314, callback_event, source_urls: '["http://a.example/1"]', ...more },
        receivedAtMs: (1_600_000_000 + seconds) * 1_000,
      });
      const { tasks, attributions } = await shownAfter([
        at('TaskStart', 0, { task_id: '1', event_time: '1600000000' }),
        at('TaskExit', 10, { msg: `{"code":${first}}` }),
        at('TaskExit', 20, { msg: `{"code":${second}}` }),
      ]);
      expect(tasks[0]?.runs.map(({ exit }) => exit?.code)).toEqual([first]);
      expect(attributions.filter(({ task }) => task === null)).toHaveLength(1);
    },
  );

  test('an exit without a time leaves its task where a late callback shows that other sources were in force by then', async () => {
    const alarm = (type: string, seconds: number, source: string, arrivedSeconds = seconds): TestArrival => ({
      body: {
        appid: 4,
        event_type: 314,
        callback_event: 'TaskAlarm',
        task_id: '1',
        msg: JSON.stringify({ type }),
        source_urls: JSON.stringify([source]),
        event_time: String(1_600_000_000 + seconds),
      },
      receivedAtMs: (1_600_000_000 + arrivedSeconds) * 1_000,
    });
    const [one, other] = ['http://a.example/1', 'http://a.example/2'] as const;
    const exit: TestArrival = {
      body: { appid: 4, event_type: 314, callback_event: 'TaskExit', source_urls: JSON.stringify([one]) },
      receivedAtMs: 1_600_000_005_000,
    };
    const history = [alarm('first', 0, one), exit, alarm('after the exit', 10, other)];
    expect((await shownAfter(history)).tasks[0]?.newestExit).not.toBeNull();
    const late = alarm('late', 20, other, 3);
    expect((await shownAfter([...history, late])).tasks[0]?.newestExit).toBeNull();
  });

  test('an exit that names no task ends the run which a late alarm of its moment shows, beside one that names the task', async () => {
    const at = (callback_event: string, more: Record<string, unknown>): TestArrival => ({
      body: {
        appid: 4,
        event_type: 314,
        callback_event,
        source_urls: '["http://a.example/1"]',
        event_time: '1600000000',
        ...more,
      },
      receivedAtMs: 1_600_000_000_000,
    });
    const named = at('TaskExit', { task_id: '1', msg: '{"code":1}' });
    const nameless = at('TaskExit', { msg: '{"code":2}' });
    const alarm = at('TaskAlarm', { task_id: '1', msg: '{"type":"PullFileFailed"}' });
    for (const arrivals of [
      [named, nameless, alarm],
      [alarm, named, nameless],
    ]) {
      const { attributions } = await shownAfter(arrivals);
      expect(attributions.map(({ task }) => task)).not.toContain(null);
    }
  });

  test('an exit leaves its task where the first time in the task shows that other sources were in force by then', async () => {
    const [one, other] = ['http://a.example/1', 'http://a.example/2'] as const;
    const at = (callback_event: string, source: string, receivedAtSeconds: number, more = {}): TestArrival => ({
      body: { appid: 4, event_type: 314, callback_event, source_urls: JSON.stringify([source]), ...more },
      receivedAtMs: (1_600_000_000 + receivedAtSeconds) * 1_000,
    });
    const exit = at('TaskExit', one, 0, { event_time: '1600000000' });
    const alarm = at('TaskAlarm', one, 0, { task_id: '1', msg: '{"type":"PullFileFailed"}' });
    const file = at('VodSourceFileStart', other, 10, { task_id: '1', msg: '{"index":0}' });
    expect((await shownAfter([exit, alarm, file])).tasks[0]?.newestExit).not.toBeNull();
    const start = at('TaskStart', other, 20, { task_id: '1', event_time: '1600000000' });
    expect((await shownAfter([exit, alarm, file, start])).tasks[0]?.newestExit).toBeNull();
  });

  test('property: exits that name no task belong to the tasks that the definition says, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(timedRelayCallbacks.chain(permuted), async (callbacks) => {
        await withLedger(callbacks, async (ledger) => {
          const attributions = shownAttributions(await ledger.projected());
          const expected = attributionsByDefinition(callbacks);
          const shown = attributions
            .filter(({ identity }) => expected.has(identity))
            .map(({ identity, task }) => [identity, task] as const);
          const tasks = [...expected].map(([digest, { taskId }]) => [digest, taskId] as const);
          expect(new Map(shown)).toEqual(new Map(tasks));
        });
      }),
      { numRuns: 80 },
    );
  });

  test('property: any callbacks give rows that are equal after a restart anywhere, another split, and a rebuild', async () => {
    const split = fc.tuple(anyRelayCallbacks, fc.integer({ min: 1, max: 7 }), fc.nat({ max: 30 }));
    await fc.assert(
      fc.asyncProperty(split, async ([callbacks, batchEventsMax, restartAt]) => {
        await withLedger(callbacks, async (ledger) => {
          const inOne = await ledger.projected();
          const events = await ledger.events();
          const inParts = ledger.openReadModel();
          inParts.project(events.slice(0, restartAt), batchEventsMax);
          inParts.reopen();
          inParts.project(events.slice(restartAt), batchEventsMax);
          expect(inParts.dump()).toEqual(inOne.dump());
          inOne.startOver();
          inOne.project(events, 3);
          expect(inOne.dump()).toEqual(inParts.dump());
          expect(inOne.logLines).toEqual([]);
        });
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['callbacks', callbacksOfOneClock],
    ['callbacks on two clocks, with exits that name no task', callbacksOnTwoClocks],
  ])('property: %s that are folded one by one give what a fold of all of them gives', async (_name, given) => {
    await fc.assert(
      fc.asyncProperty(given, async (callbacks) => {
        await withLedger(callbacks, async (ledger) => {
          const readModel = await ledger.projected();
          const before = { tasks: shownTasks(readModel), attributions: shownAttributions(readModel) };
          foldAllAgain(readModel);
          expect({ tasks: shownTasks(readModel), attributions: shownAttributions(readModel) }).toEqual(before);
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** Forgets what exits without a task were attributed to and decides anew, then folds every task from all its callbacks. */
function foldAllAgain({ db, rows }: TestReadModel): void {
  const sources = db
    .prepare<[], string>('SELECT DISTINCT source_key FROM callbacks WHERE source_key IS NOT NULL')
    .pluck();
  const tasks = db.prepare<[], number>('SELECT id FROM relay_tasks ORDER BY id').pluck();
  const moveRuns = db.prepare('UPDATE relay_runs SET order_at = order_at - 1 WHERE task_row = ?');
  let ordinal = 0;
  rows.transaction(() => {
    db.exec('UPDATE callbacks SET task_row = NULL, attribution = NULL, at = source_at WHERE source_key IS NOT NULL');
    for (const taskRow of tasks.all()) {
      // As if every run had begun elsewhere: all files and alarms are assigned again.
      moveRuns.run(taskRow);
      const { lastBoundaryAtMs } = refoldRuns(rows, taskRow, fromTheBeginning, {
        changedUntilMs: Infinity,
        activityMoved: true,
      });
      const task = rows.relay.taskByRow(taskRow);
      if (task !== null) writeTask(rows.relay, { ...task, lastBoundaryAtMs }, nextChange());
    }
    for (const sourceKey of sources.all()) {
      attributeAgain(rows, { sourceKey, fromMs: fromTheBeginning, untilMs: Infinity }, nextChange);
    }
  });

  function nextChange() {
    return { position: 1_000_000n, ordinal: ordinal++ };
  }
}
