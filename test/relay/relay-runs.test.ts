import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  asOf,
  isOpen,
  isOpenedByActivity,
  isSameRun,
  openedByActivity,
  orderWithinMoment,
  startAfterActivityMs,
  withBoundary,
  type RelayRun,
  type RunBoundary,
} from '../../src/relay/relay-runs.ts';
import { activityAt, exitAt, startAt } from '../support/relay-boundaries.ts';
import { foldRuns } from '../support/fold-runs.ts';

/** Runs in short: what opened each, when it started, when and with which code it exited. */
function runsOf(boundaries: readonly RunBoundary[], firstActivityAtMs: number | null = null) {
  return foldRuns(boundaries, activityAt(firstActivityAtMs)).map(({ openedBy, startedAtMs, exit }) => [
    openedBy,
    startedAtMs,
    exit?.exitedAtMs ?? null,
    exit?.code ?? null,
  ]);
}

describe('a run', () => {
  test('given nothing, there is none', () => {
    expect(foldRuns([], null)).toEqual([]);
  });

  test('is opened by a TaskStart and closed by the exit after it', () => {
    expect(foldRuns([startAt(10), exitAt(20, -22)], null)).toEqual([
      {
        openedAtMs: 10,
        nth: 0,
        openedBy: 'START',
        opened: { occurredAtMs: 10, receivedAtMs: 15 },
        startAtMs: 10,
        startedAtMs: 10,
        startReceivedAtMs: 15,
        exit: {
          atMs: 20,
          exitedAtMs: 20,
          receivedAtMs: 25,
          code: -22,
          codeText: null,
          message: null,
          attribution: 'BY_TASK_ID',
        },
      },
    ]);
  });

  test('that is started again after its exit is followed by a second one', () => {
    expect(runsOf([startAt(10), exitAt(20, -22), startAt(30)])).toEqual([
      ['START', 10, 20, -22],
      ['START', 30, null, null],
    ]);
  });

  test('whose exit never came stays without one when the task is started again', () => {
    expect(runsOf([startAt(10), startAt(30), exitAt(40, 1)])).toEqual([
      ['START', 10, null, null],
      ['START', 30, 40, 1],
    ]);
  });

  test('is opened by an exit where none is open, with an unknown start', () => {
    expect(runsOf([exitAt(20, 7)])).toEqual([['EXIT', null, 20, 7]]);
    expect(runsOf([startAt(10), exitAt(20, 7), exitAt(30, 8)])).toEqual([
      ['START', 10, 20, 7],
      ['EXIT', null, 30, 8],
    ]);
  });

  test('whose callbacks carry no time is ordered by their arrival, with unknown start and exit', () => {
    const [run] = foldRuns([startAt(10, { occurredAtMs: null }), exitAt(20, 0, { occurredAtMs: null })], null);
    expect(run).toMatchObject({
      openedAtMs: 10,
      startedAtMs: null,
      startReceivedAtMs: 15,
      exit: { atMs: 20, exitedAtMs: null, receivedAtMs: 25 },
    });
  });

  test('is known by its moment, and by which it is of those that began then', () => {
    const two = [startAt(40, { digest: 'a' }), startAt(40, { digest: 'b' })];
    const runs = foldRuns([startAt(10), exitAt(20), exitAt(30), ...two], null);
    expect(runs.map(({ openedAtMs, nth }) => [openedAtMs, nth])).toEqual([
      [10, 0],
      [30, 0],
      [40, 0],
      [40, 1],
    ]);
  });
});

describe('an exit and a start of the same second', () => {
  test('where a run is open: its exit first, then the start of the next run', () => {
    const expected = [
      ['START', 10, 20, -22],
      ['START', 20, null, null],
    ];
    expect(runsOf([startAt(10), exitAt(20, -22), startAt(20)])).toEqual(expected);
    expect(runsOf([startAt(10), startAt(20), exitAt(20, -22)])).toEqual(expected);
  });

  test('where none is open: the start first, and the exit is its own', () => {
    expect(runsOf([exitAt(20, -22), startAt(20)])).toEqual([['START', 20, 20, -22]]);
    expect(runsOf([startAt(10), exitAt(15, 1), exitAt(20, 2), startAt(20)])).toEqual([
      ['START', 10, 15, 1],
      ['START', 20, 20, 2],
    ]);
  });

  test('if only a file or an alarm opened the run: its exit first, too', () => {
    expect(runsOf([exitAt(20, -22), startAt(20)], 5)).toEqual([
      ['SIGN_OF_LIFE', null, 20, -22],
      ['START', 20, null, null],
    ]);
  });
});

describe('the boundaries of one moment', () => {
  test('are in the order of their digests, then of the log, whichever came first', () => {
    const start = (digest: string, position: bigint) => startAt(20, { digest, position });
    const inOrder = [start('a', 9n), start('b', 7n), start('b', 8n)];
    for (const given of [inOrder, [...inOrder].reverse()]) {
      expect(orderWithinMoment(given, false)).toEqual(inOrder);
    }
  });
});

describe('a run as it was, or as it is stored,', () => {
  const run = foldRuns([startAt(10), exitAt(20, -22)], null)[0];
  if (run?.exit == null) throw new Error('It has exited.');
  const { exit, opened } = run;

  test('is the same one where nothing of it differs, in whatever order its members are', () => {
    expect(isSameRun(run, Object.fromEntries(Object.entries(run).reverse()) as unknown as RelayRun)).toBe(true);
    expect(isSameRun({ ...run, exit: null }, { ...run, exit: null })).toBe(true);
  });

  test.each<Partial<RelayRun>>([
    { openedAtMs: 9 },
    { nth: 1 },
    { openedBy: 'EXIT' },
    { opened: { ...opened, occurredAtMs: null } },
    { opened: { ...opened, receivedAtMs: 1 } },
    { startAtMs: 9 },
    { startedAtMs: null },
    { startReceivedAtMs: null },
    { exit: null },
    { exit: { ...exit, atMs: 21 } },
    { exit: { ...exit, exitedAtMs: null } },
    { exit: { ...exit, receivedAtMs: 1 } },
    { exit: { ...exit, attribution: 'BY_SOURCE_URLS' } },
    { exit: { ...exit, code: null } },
    { exit: { ...exit, codeText: 'ERR' } },
    { exit: { ...exit, message: 'm' } },
  ])('is another one where it differs in %j', (given) => {
    expect(isSameRun(run, { ...run, ...given })).toBe(false);
    expect(isSameRun({ ...run, ...given }, run)).toBe(false);
  });

  test('that an exit opened is what it was at any later moment, also where our clock orders it, below 0', () => {
    const [opened_] = foldRuns([exitAt(-20, 7)], null);
    if (opened_ === undefined) throw new Error('An exit opens a run.');
    expect(asOf(opened_, -10)).toEqual(opened_);
  });

  test.each([
    ['a TaskStart', [startAt(10)], null, false],
    ['an exit', [exitAt(10)], null, false],
    ['a file or an alarm', [], 10, true],
    ['a file or an alarm, and then started', [startAt(20)], 10, true],
  ])('is opened by %s', (_name, boundaries, firstActivityAtMs, byActivity) => {
    expect(foldRuns(boundaries, activityAt(firstActivityAtMs)).map(isOpenedByActivity)).toEqual([byActivity]);
  });
});

describe('a file or an alarm', () => {
  test('without any boundary opens a run with an unknown start', () => {
    const opened = openedByActivity({ atMs: 10, occurredAtMs: 10, receivedAtMs: 15 });
    expect(foldRuns([], activityAt(10))).toEqual([opened]);
    expect(opened).toMatchObject({ openedAtMs: 10, nth: 0, startedAtMs: null, startReceivedAtMs: null, exit: null });
  });

  test('before the first exit opens the run that exits', () => {
    expect(runsOf([exitAt(20, 7)], 10)).toEqual([['SIGN_OF_LIFE', null, 20, 7]]);
  });

  test('after the first boundary, or in its second, opens nothing', () => {
    expect(runsOf([startAt(10)], 10)).toEqual([['START', 10, null, null]]);
    expect(runsOf([exitAt(10, 7)], 10)).toEqual([['EXIT', null, 10, 7]]);
    expect(runsOf([startAt(10)], 11)).toEqual([['START', 10, null, null]]);
  });

  const atMs = 1_000_000;

  test.each([1, startAfterActivityMs])('%d ms before a TaskStart belongs to the run that this starts', (earlierMs) => {
    expect(foldRuns([startAt(atMs)], activityAt(atMs - earlierMs))).toEqual([
      {
        openedAtMs: atMs - earlierMs,
        nth: 0,
        openedBy: 'START',
        opened: { occurredAtMs: atMs - earlierMs, receivedAtMs: atMs - earlierMs + 5 },
        startAtMs: atMs,
        startedAtMs: atMs,
        startReceivedAtMs: atMs + 5,
        exit: null,
      },
    ]);
  });

  test('earlier than that before a TaskStart belongs to a run of its own', () => {
    expect(runsOf([startAt(atMs)], atMs - startAfterActivityMs - 1)).toEqual([
      ['SIGN_OF_LIFE', null, null, null],
      ['START', atMs, null, null],
    ]);
  });

  test('whose run has exited is not started by a TaskStart after it', () => {
    expect(runsOf([exitAt(atMs - 1, 7), startAt(atMs)], atMs - 2)).toEqual([
      ['SIGN_OF_LIFE', null, atMs - 1, 7],
      ['START', atMs, null, null],
    ]);
  });

  test('whose run was started once is not started again: a second TaskStart opens a second run', () => {
    expect(runsOf([startAt(atMs), startAt(atMs + 1)], atMs - 1)).toHaveLength(2);
  });
});

/** Few moments, so that many of them are equal. */
const moment = fc.integer({ min: 1, max: 12 });
const anyBoundary = fc
  .record({ atMs: moment, isExit: fc.boolean(), digest: fc.constantFrom('a', 'b'), position: fc.bigInt(1n, 99n) })
  .map(({ atMs, isExit, ...order }) =>
    isExit ? exitAt(atMs, Number(order.position), order) : startAt(atMs, { ...order, receivedAtMs: atMs }),
  );
const anyBoundaries = fc.uniqueArray(anyBoundary, { selector: ({ position }) => position, maxLength: 12 });
const anySign = fc.option(moment).map(activityAt);

describe('property: the runs of a task', () => {
  test('are the same for its boundaries in any order', () => {
    const inTwoOrders = anyBoundaries.chain((boundaries) =>
      fc.tuple(fc.constant(boundaries), fc.shuffledSubarray(boundaries, { minLength: boundaries.length })),
    );
    fc.assert(
      fc.property(inTwoOrders, anySign, ([boundaries, shuffled], sign) => {
        expect(foldRuns(shuffled, sign)).toEqual(foldRuns(boundaries, sign));
      }),
    );
  });

  test('have keys of their own, begin in order, and hold every exit once', () => {
    fc.assert(
      fc.property(anyBoundaries, anySign, (boundaries, sign) => {
        const runs = foldRuns(boundaries, sign);
        const keys = runs.map(({ openedAtMs, nth }) => `${openedAtMs} ${nth}`);
        expect(new Set(keys).size).toBe(keys.length);
        const begun = runs.map(({ openedAtMs }) => openedAtMs);
        expect(begun).toEqual([...begun].sort((one, other) => one - other));
        const exits = boundaries.flatMap((one) => (one.kind === 'EXIT' ? [one.exit.code] : []));
        const shownExits = runs.flatMap(({ exit }) => (exit === null ? [] : [exit.code]));
        expect(shownExits.sort()).toEqual(exits.sort());
      }),
    );
  });

  test('folded from any moment on, from the run before it as it was then, are the same as folded from the beginning', () => {
    fc.assert(
      fc.property(anyBoundaries, anySign, fc.integer({ min: 0, max: 100_000 }), (boundaries, sign, spread) => {
        const moments = [...boundaries.map(({ atMs }) => atMs), spread];
        for (const momentMs of moments) {
          const all = foldRuns(boundaries, sign);
          const before = all.findLast(({ openedAtMs }) => openedAtMs < momentMs);
          const base = before === undefined ? null : asOf(before, momentMs);
          const later = boundaries.filter(({ atMs }) => atMs >= momentMs);
          expect(foldRuns(later, base === null ? sign : null, base)).toEqual(
            before === undefined ? all : all.slice(all.indexOf(before)),
          );
        }
      }),
    );
  });

  test('folded in order one by one are the same as folded at once, where no two moments are equal', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyBoundary, { selector: ({ atMs }) => atMs }), (boundaries) => {
        const inOrder = [...boundaries].sort((one, other) => one.atMs - other.atMs);
        const runs = new Map<string, RelayRun>();
        let newest: RelayRun | null = null;
        for (const boundary of inOrder) {
          newest = withBoundary(newest, boundary);
          runs.set(`${newest.openedAtMs} ${newest.nth}`, newest);
        }
        expect([...runs.values()]).toEqual(foldRuns(boundaries, null));
        expect(isOpen(newest)).toBe(inOrder.at(-1)?.kind === 'START');
      }),
    );
  });
});
