import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { taskViewOf } from '../../../src/relay/relay-task.ts';
import { openLedger, type TestArrival } from '../../support/ledger.ts';
import { shownAttributions, shownTasks } from '../../support/expected-tasks.ts';
import { pageOf } from '../../support/list-requests.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { anyRelayCallbacks, callbacksOnTwoClocks } from '../../support/relay-scenarios.ts';
import { receivedWithShift, withoutShift } from '../../support/shifted-clock.ts';
import { numRunsOf } from '../../support/num-runs.ts';

const beginsAtSeconds = 1_600_000_000;

/** Pushes of the streams that the generated tasks push to, some of them interrupted. */
const pushes: fc.Arbitrary<TestArrival[]> = fc
  .array(
    fc.record({
      stream: fc.constantFrom('1', '2'),
      // The tasks act within 25 s by CSS's clock, and within 400 s by ours.
      at: fc.integer({ min: -90, max: 400 }),
      lasts: fc.option(fc.integer({ min: 0, max: 200 })),
    }),
    { maxLength: 5 },
  )
  .map((list) =>
    list.flatMap(({ stream, at, lasts }, index) => {
      const any = {
        appid: 4,
        app: 'push.example',
        appname: 'live',
        stream_id: `stream${stream}`,
        sequence: `${index}`,
      };
      const arrival = (event_type: number, seconds: number) => ({
        body: { ...any, event_type, event_time: beginsAtSeconds + seconds },
        receivedAtMs: (beginsAtSeconds + seconds) * 1_000,
      });
      return [arrival(1, at), ...(lasts === null ? [] : [arrival(0, at + lasts)])];
    }),
  );

/** Both sides of each join, by names. */
function shownJoins(readModel: TestReadModel) {
  return readModel.read((reader) => {
    const sessions = reader.streamSessions(pageOf('STARTED_AT')).rows.map(({ row }) => row);
    const tasks = reader.relayTasks(pageOf('STARTED_AT')).rows.map(({ row }) => row);
    const ofTasks = tasks.flatMap(({ id, taskId }) =>
      reader.relay.sessionJoins(id, 100).map(({ session, ...join }) => ({ taskId, of: session.sequence, ...join })),
    );
    const ofSessions = sessions.flatMap(({ id, sequence }) =>
      reader.relay.taskJoins(id, 100).map(({ task, ...join }) => ({ taskId: task.taskId, of: sequence, ...join })),
    );
    return { ofTasks: ofTasks.map(toText).sort(), ofSessions: ofSessions.map(toText).sort() };
  });
}

const toText = (one: unknown) => JSON.stringify(one);

async function shownAfter(arrivals: readonly TestArrival[], shiftMs: number) {
  const ledger = openLedger();
  try {
    await ledger.append(receivedWithShift(arrivals, shiftMs));
    const readModel = await ledger.projected();
    expect(readModel.logLines).toEqual([]);
    const joins = shownJoins(readModel);
    expect(joins.ofSessions).toEqual(joins.ofTasks);
    const tasks = shownTasks(readModel).map((task) => ({ ...task, view: taskViewOf(task.facts) }));
    return withoutShift({ tasks, attributions: shownAttributions(readModel), joins: joins.ofTasks }, shiftMs);
  } finally {
    await ledger.close();
  }
}

test.each([
  ['of which many carry no time', anyRelayCallbacks],
  ['of tasks that restart often', callbacksOnTwoClocks],
])(
  'property: with callbacks %s, our clock five minutes fast or slow changes nothing but what it says',
  async (_name, histories) => {
    const history = fc.tuple(histories, pushes).map((parts) => parts.flat());
    await fc.assert(
      fc.asyncProperty(history, async (arrivals) => {
        const expected = await shownAfter(arrivals, 0);
        for (const shiftMs of [-300_000, 300_000]) expect(await shownAfter(arrivals, shiftMs)).toEqual(expected);
      }),
      { numRuns: numRunsOf(15, 6) },
    );
  },
);
