import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { shownTasks } from '../../support/expected-tasks.ts';
import { permuted } from '../../support/scenarios.ts';

const beginsAtMs = 1_600_000_000_000;

/** What happened at this second, by CSS's clock; our clock is off by `skewMs`. */
function arrival(seconds: number, callback_event: string, msg: object, skewMs: number): TestArrival {
  const body = { appid: 4, event_type: 314, callback_event, task_id: '1', msg: JSON.stringify(msg) };
  // Each on its way for some milliseconds.
  return { body, receivedAtMs: beginsAtMs + seconds * 1_000 + 20 + skewMs };
}

const at = (seconds: number) => beginsAtMs + seconds * 1_000;
const start = (seconds: number, skewMs: number) =>
  arrival(seconds, 'TaskStart', { task_start_time: at(seconds) }, skewMs);
const exit = (seconds: number, skewMs: number) =>
  arrival(seconds, 'TaskExit', { code: seconds, task_exit_time: at(seconds) }, skewMs);
const untimedStart = (seconds: number, skewMs: number) =>
  arrival(seconds, 'TaskStart', { task_start_time: 0, seconds }, skewMs);
const untimedExit = (seconds: number, skewMs: number) =>
  arrival(seconds, 'TaskExit', { code: seconds, task_exit_time: 0 }, skewMs);
const file = (seconds: number, index: number, skewMs: number) =>
  arrival(seconds, 'VodSourceFileStart', { index, url: `http://a.example/${index}`, duration: 60 }, skewMs);

/** The runs of the task, oldest first: their exits, and the files of each. */
async function runsAfter(arrivals: readonly TestArrival[]) {
  let runs: unknown[] = [];
  await withLedger(arrivals, async (ledger) => {
    const [task] = shownTasks(await ledger.projected());
    runs = (task?.runs ?? []).map((run) => [run.exit?.code ?? null, run.files.map(({ key }) => key)]).reverse();
  });
  return runs;
}

describe('where our clock and that of CSS differ', () => {
  test.each([0, -3_000, 3_000, -7_200_000, 7_200_000])(
    'files without a time belong to the run whose TaskStart had arrived before them (by %d ms)',
    async (skewMs) => {
      const history = [start(0, skewMs), file(1, 0, skewMs), exit(60, skewMs), start(61, skewMs), file(62, 1, skewMs)];
      expect(await runsAfter(history)).toEqual([
        [60, ['index 0']],
        [null, ['index 1']],
      ]);
    },
  );

  test.each([-3_000, 3_000])(
    'an exit without a time ends the run that had begun before it (by %d ms)',
    async (skewMs) => {
      const history = [start(0, skewMs), untimedExit(1, skewMs), start(2, skewMs), untimedExit(3, skewMs)];
      expect(await runsAfter(history)).toEqual([
        [1, []],
        [3, []],
      ]);
    },
  );

  test.each([-3_000, 3_000])(
    'a start without a time begins after what had arrived before it (by %d ms)',
    async (skewMs) => {
      const history = [untimedStart(0, skewMs), exit(1, skewMs), untimedStart(2, skewMs), file(3, 0, skewMs)];
      expect(await runsAfter([...history, exit(4, skewMs)])).toEqual([
        [1, []],
        [4, ['index 0']],
      ]);
    },
  );

  test('the first file of a run may arrive before its TaskStart, by our clock alone', async () => {
    const skewMs = -7_200_000;
    const late = (one: TestArrival, laterMs: number) => ({ ...one, receivedAtMs: one.receivedAtMs + laterMs });
    const [first, begun] = [file(1, 0, skewMs), start(0, skewMs)];
    expect(await runsAfter([first, late(begun, 2_000)])).toEqual([[null, ['index 0']]]);
    expect(await runsAfter([first, late(begun, 62_000)])).toEqual([
      [null, ['index 0']],
      [null, []],
    ]);
  });

  test('property: in whatever order the log has them, what arrived when decides', async () => {
    const skewMs = -3_000;
    const history = [
      start(0, skewMs),
      file(1, 0, skewMs),
      file(5, 1, skewMs),
      exit(60, skewMs),
      start(61, skewMs),
      file(62, 0, skewMs),
      untimedExit(70, skewMs),
      start(71, skewMs),
      file(75, 2, skewMs),
    ];
    await fc.assert(
      fc.asyncProperty(permuted(history), async (arrivals) => {
        expect(await runsAfter(arrivals)).toEqual([
          [60, ['index 0', 'index 1']],
          [70, ['index 0']],
          [null, ['index 2']],
        ]);
      }),
      { numRuns: 20 },
    );
  });
});
