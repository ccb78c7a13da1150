import { describe, expect, test } from '@jest/globals';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { shownTasks } from '../../support/expected-tasks.ts';

const beginsAtMs = 1_600_000_000_000;

function fileStart(durationSeconds: number, receivedAtMs: number): TestArrival {
  const msg = JSON.stringify({ url: 'http://a.example/1', index: 0, duration: durationSeconds });
  return {
    body: { appid: 4, event_type: 314, callback_event: 'VodSourceFileStart', task_id: '1', msg },
    receivedAtMs: Math.round(receivedAtMs),
  };
}

describe('a file that loops without a gap, and whose callbacks carry no time', () => {
  test.each([
    ['arrives a little early or late', 60, 60_000, 100],
    ['is a little shorter than its rounded duration says', 11, 10_600, 0],
    ['is long', 1_200, 1_200_000, 200],
  ])('is counted at each play where it %s', async (_name, durationSeconds, periodMs, jitterMs) => {
    const plays = 200;
    const arrivals = Array.from({ length: plays }, (_, play) =>
      fileStart(durationSeconds, beginsAtMs + play * periodMs + jitterMs * Math.sin(play * 7)),
    );
    await withLedger(arrivals, async (ledger) => {
      const [task] = shownTasks(await ledger.projected());
      expect(task?.runs[0]?.files).toMatchObject([{ starts: plays }]);
    });
  });

  test('is counted once where its callback is delivered again soon', async () => {
    const arrivals = [0, 1_000, 30_000, 53_000].map((laterMs) => fileStart(60, beginsAtMs + laterMs));
    await withLedger(arrivals, async (ledger) => {
      const [task] = shownTasks(await ledger.projected());
      expect(task?.runs[0]?.files).toMatchObject([{ starts: 1 }]);
    });
  });
});
