import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger } from '../../src/kernel/logger.ts';
import { projectBatch } from '../../src/projecting/project-batch.ts';
import type { ReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import { createPastReadModels } from '../../src/lists/past-read-models.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import { pageOf } from '../support/list-requests.ts';
import { anyRelayCallbacks } from '../support/relay-scenarios.ts';
import { runsOf } from '../support/runs-of.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';

/** A session of which callbacks name different streams is among the neighbours of other sessions of today's stream only. */
function ofOneStream(arrivals: readonly TestArrival[]): TestArrival[] {
  const streams = new Map<unknown, unknown>();
  return arrivals.map((arrival) => {
    const { sequence, stream_id: named } = arrival.body;
    const stream_id = streams.get(sequence) ?? (named === 'renamed' ? 'one' : named);
    streams.set(sequence, stream_id);
    return { ...arrival, body: { ...arrival.body, stream_id } };
  });
}

const inAnyOrder = (callbacks: readonly TestArrival[]) =>
  redeliveriesOf(callbacks).chain((redeliveries) => permuted([...callbacks, ...redeliveries]));

/** What a reader shows of a session, without the numbers of rows and of changes, which only one file has. */
function sessionIn(reader: ReadModelReader, sequence: string, appId: string) {
  const [row] = reader.streamSessionsBySequence(sequence, appId, 1);
  if (row === undefined) return null;
  const { session, status } = row;
  const tasks = reader.relay.tasksFeeding(row.id, 100).map(({ taskId }) => taskId);
  return { session, status, tasks };
}

function taskIn(reader: ReadModelReader, taskId: string, appId: string) {
  const [row] = reader.relay.tasksByTaskId(taskId, appId, 1);
  if (row === undefined) return null;
  const { facts, newestRun, newestExit } = row;
  const runs = runsOf(reader, row.id, 100).map((run) => ({
    run,
    files: reader.relay.files(row.id, run, 100),
    alarms: reader.relay.alarmsOfRun(row.id, run, 100),
  }));
  return { facts, newestRun, newestExit, runs };
}

describe('property: as of each position, it is what the projection had when it had reached that position', () => {
  async function expectSame(
    arrivals: readonly TestArrival[],
    choose: (reader: ReadModelReader) => readonly {
      readonly callbacksUntil: (until: bigint) => ReturnType<ReadModelReader['past']['callbacksOfTask']>;
      readonly show: (reader: ReadModelReader) => unknown;
    }[],
  ): Promise<void> {
    await withLedger(arrivals, async (ledger) => {
      const events = await ledger.events();
      const now = await ledger.projected();
      const past = createPastReadModels(ledger.store);
      const growing = ledger.openReadModel();
      const all = now.read(choose);
      for (const event of events) {
        projectBatch(growing.rows, [event], silentLogger);
        const { position, recordedAtMs } = event;
        const next = now.read((reader) => reader.past.firstRecordedAfter(recordedAtMs));
        // Each event has a time of its own in this log: both ways to name the moment mean the same.
        const moment =
          position % 2n === 0n
            ? { position, recordedAtMs: null }
            : { position: next === null ? (events.at(-1)?.position ?? 0n) : next - 1n, recordedAtMs };
        for (const { callbacksUntil, show } of all) {
          const model = await past.open(callbacksUntil(moment.position), moment);
          try {
            expect(show(model.reader)).toEqual(growing.read(show));
          } finally {
            model.close();
          }
        }
      }
    });
  }

  test('sessions', async () => {
    const arrivals = scenario.chain(({ callbacks }) => inAnyOrder(ofOneStream(callbacks)));
    await fc.assert(
      fc.asyncProperty(arrivals, (list) =>
        expectSame(list, (reader) =>
          reader.streamSessions(pageOf('STARTED_AT', { rowsMax: 2 })).rows.map(({ row: { id, session } }) => ({
            callbacksUntil: (until) => reader.past.callbacksOfSession(id, until, false),
            show: (model) => sessionIn(model, session.sequence, session.appId),
          })),
        ),
      ),
      { numRuns: 15, ...inTime },
    );
  });

  test('a session of which the interruption, which came first, names another stream than the push', async () => {
    const callbacks = [
      { sequence: '2', stream_id: 'other', event_type: 1, event_time: 1_600_000_011 },
      {
        sequence: '1',
        stream_id: 'other',
        event_type: 0,
        event_time: 1_600_000_010,
        push_duration: '9000',
        errcode: 21,
      },
      { sequence: '1', stream_id: 'one', event_type: 1, event_time: 1_600_000_001 },
    ];
    const arrivals = callbacks.map((body, index) => ({
      body: { appid: 1, app: 'a.example', appname: 'live', ...body },
      receivedAtMs: 1_600_000_020_000 + index,
    }));
    await expectSame(arrivals, (reader) =>
      reader.streamSessionsBySequence('1', '1', 1).map(({ id }) => ({
        callbacksUntil: (until) => reader.past.callbacksOfSession(id, until, false),
        show: (model) => sessionIn(model, '1', '1'),
      })),
    );
  });

  test('the sessions that a task fed, of which there have been more since than are looked up', async () => {
    const stream = { appid: 1, app: 'a.example', appname: 'live', stream_id: 'one' };
    const started = { callback_event: 'TaskStart', task_id: '1', to_url: 'rtmp://a.example/live/one', msg: '{}' };
    const pushed = Array.from({ length: 36 }, (_, index) => ({
      ...stream,
      event_type: 1,
      sequence: String(index + 1),
      event_time: 1_600_000_000 + 100 * index,
    }));
    const arrivals = [{ appid: 1, event_type: 314, ...started }, ...pushed].map((body, index) => ({
      body,
      receivedAtMs: 1_600_000_000_000 + 100_000 * index,
    }));
    await expectSame(arrivals, (reader) =>
      reader.relay.tasksByTaskId('1', '1', 1).map(({ id }) => ({
        callbacksUntil: (until) => reader.past.callbacksOfTask(id, until, true),
        show: (model) => {
          const [task] = model.relay.tasksByTaskId('1', '1', 1);
          const fed = model.relay.sessionsFedBy(task?.id ?? NaN, 14);
          return fed.map(({ session: { sequence }, state }) => ({ sequence, state }));
        },
      })),
    );
  });

  test('relay tasks', async () => {
    await fc.assert(
      fc.asyncProperty(anyRelayCallbacks.chain(inAnyOrder), (list) =>
        expectSame(list, (reader) =>
          reader.relayTasks(pageOf('STARTED_AT', { rowsMax: 1 })).rows.map(({ row: { id, taskId, appId } }) => ({
            callbacksUntil: (until) => reader.past.callbacksOfTask(id, until, false),
            show: (model) => taskIn(model, taskId, appId),
          })),
        ),
      ),
      { numRuns: 15, ...inTime },
    );
  });
});
