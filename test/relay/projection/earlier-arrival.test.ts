import { describe, expect, test } from '@jest/globals';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { shownTasks } from '../../support/expected-tasks.ts';

const beginsAtSeconds = 1_600_000_000;

function arrival(event: string, arrivedSeconds: number, more: Record<string, unknown> = {}): TestArrival {
  return {
    body: {
      appid: 4,
      event_type: 314,
      callback_event: event,
      task_id: '1',
      source_urls: '["http://a.example/1"]',
      ...more,
    },
    receivedAtMs: (beginsAtSeconds + arrivedSeconds) * 1_000,
  };
}

const atSecond = (seconds: number) => ({ event_time: String(beginsAtSeconds + seconds) });
const nameless = { task_id: undefined };

describe('a callback whose redelivery turns out to have arrived first', () => {
  test('has arrived before an exit without a time that arrived between the two', async () => {
    const [start, exit] = [arrival('TaskStart', 10), arrival('TaskExit', 10, nameless)];
    const history = [start, exit, arrival('TaskAlarm', 0, atSecond(0)), arrival('TaskStart', 0)];
    await withLedger(history, async (ledger) => {
      const [task] = shownTasks(await ledger.projected());
      expect(task?.runs.map((run) => [run.openedBy, run.exit === null])).toEqual([['START', false]]);
    });
  });

  test.each([
    ['start', 'start_received_at', [arrival('TaskStart', 10, atSecond(0)), arrival('TaskStart', 5, atSecond(0))]],
    [
      'exit that names no task',
      'exit_received_at',
      [
        arrival('TaskStart', 0, atSecond(0)),
        arrival('TaskExit', 10, { ...nameless, ...atSecond(1) }),
        arrival('TaskExit', 5, { ...nameless, ...atSecond(1) }),
      ],
    ],
  ])('changes its task, which is listed by that arrival, if it is the %s', async (_name, column, history) => {
    await withLedger(history, async (ledger) => {
      const events = await ledger.events();
      const readModel = ledger.openReadModel();
      readModel.project(events, 1);
      const listedBy = readModel.db.prepare(`SELECT ${column} AS at, changed_position AS changed FROM relay_tasks`);
      const changed = Number(events.at(-1)?.position);
      expect(listedBy.all()).toEqual([{ at: (beginsAtSeconds + 5) * 1_000, changed }]);
    });
  });
});
