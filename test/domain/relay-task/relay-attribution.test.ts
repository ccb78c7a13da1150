import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  attributeExits,
  type AttributionCandidate,
  type ExitWithoutTaskId,
} from '../../../src/domain/relay-task/relay-attribution.ts';
import { foldRuns, isOpen, type RunBoundary } from '../../../src/domain/relay-task/relay-runs.ts';
import { exitAt, namelessExitAt, startAt } from '../../support/relay-boundaries.ts';

/** A task of the one source that all of these are of. */
function task(taskRow: number, boundaries: readonly RunBoundary[], firstActivityAtMs: number | null = null) {
  return { taskRow, base: null, boundaries, firstActivityAtMs };
}

/** The task that each exit (by its moment) goes to. */
function attributed(candidates: readonly AttributionCandidate[], ...moments: number[]): (number | null | undefined)[] {
  const exits = moments.map((atMs, index) => namelessExitAt(atMs, BigInt(1_000 + index)));
  const tasks = attributeExits(candidates, exits);
  return exits.map(({ position }) => tasks.get(position));
}

describe('an exit that names no task', () => {
  test('belongs to the only task of its source whose run is open', () => {
    expect(attributed([task(1, [startAt(10)])], 20)).toEqual([1]);
    expect(attributed([task(1, [startAt(10), exitAt(12)]), task(2, [startAt(11)])], 20)).toEqual([2]);
  });

  test.each([
    ['there is no task', []],
    ['none has begun yet', [task(1, [startAt(30)])]],
    ['the only one has exited', [task(1, [startAt(10), exitAt(12)])]],
    ['two run', [task(1, [startAt(10)]), task(2, [startAt(11)])]],
    ['nothing is known of the only one but its name', [task(1, [])]],
  ])('belongs to none where %s', (_name, candidates) => {
    expect(attributed(candidates, 20)).toEqual([null]);
  });

  test('belongs to a task that is known to run by a file or an alarm alone', () => {
    expect(attributed([task(1, [], 10)], 20)).toEqual([1]);
    expect(attributed([task(1, [], 30)], 20)).toEqual([null]);
  });

  test('closes the run that it is given to: the next one finds none open', () => {
    expect(attributed([task(1, [startAt(10)])], 20, 30)).toEqual([1, null]);
  });

  test('goes to the run after a restart again', () => {
    expect(attributed([task(1, [startAt(10), startAt(25)])], 20, 30, 40)).toEqual([1, 1, null]);
  });

  test('that fits two tasks closes neither of them', () => {
    const one = task(1, [startAt(10), exitAt(25)]);
    expect(attributed([one, task(2, [startAt(11)])], 20, 30)).toEqual([null, 2]);
  });

  test('of the second of a start may be its own', () => {
    expect(attributed([task(1, [startAt(20)])], 20)).toEqual([1]);
  });

  test('of the second of an exit that names the task goes before it', () => {
    expect(attributed([task(1, [startAt(10), exitAt(20)])], 20)).toEqual([1]);
  });

  test('is decided again by a TaskStart that arrives late: for it, or against a task that was the only one', () => {
    const exit = 20;
    expect(attributed([task(1, [])], exit)).toEqual([null]);
    expect(attributed([task(1, [startAt(10)])], exit)).toEqual([1]);
    expect(attributed([task(1, [startAt(10)]), task(2, [startAt(11)])], exit)).toEqual([null]);
  });
});

describe('a restart within one second, the exit and the next start at the same moment,', () => {
  test('leaves a run open for an exit after it, where the first exit names its task', () => {
    expect(attributed([task(1, [startAt(10), exitAt(20), startAt(20)])], 30)).toEqual([1]);
  });

  test('leaves a run open for an exit after it, where the first exit names none', () => {
    expect(attributed([task(1, [startAt(10), startAt(20)])], 20, 30)).toEqual([1, 1]);
  });
});

/** Boundaries at even moments, exits without a task at odd ones: between them nothing is left to ties. */
const evenMoment = fc.integer({ min: 1, max: 8 }).map((number) => number * 2);
const boundary = fc
  .tuple(evenMoment, fc.boolean(), fc.bigInt(1n, 999n))
  .map(([atMs, isExit, position]) =>
    isExit ? exitAt(atMs, 0, { position }) : startAt(atMs, { position, digest: `start ${position}` }),
  );
const candidates = fc
  .array(
    fc.tuple(fc.uniqueArray(boundary, { selector: ({ position }) => position, maxLength: 5 }), fc.option(evenMoment)),
    {
      maxLength: 3,
    },
  )
  .map((tasks) => tasks.map(([boundaries, sign], index) => task(index + 1, boundaries, sign)));
const exits = fc
  .uniqueArray(
    fc.integer({ min: 0, max: 9 }).map((number) => number * 2 + 1),
    { maxLength: 5 },
  )
  .map((moments) => moments.map((atMs) => namelessExitAt(atMs, BigInt(1_000 + atMs))));

describe('property: exits', () => {
  test('go to the same tasks, in whatever order tasks, boundaries and exits are named', () => {
    const any = fc.uniqueArray(
      fc
        .tuple(fc.integer({ min: 1, max: 16 }), fc.bigInt(1_000n, 1_099n))
        .map(([at, position]) => namelessExitAt(at, position)),
      { selector: ({ position }) => position, maxLength: 5 },
    );
    const shuffled = <Item>(items: readonly Item[]) => fc.shuffledSubarray([...items], { minLength: items.length });
    const inTwoOrders = fc.tuple(candidates, any).chain(([tasks, ends]) =>
      fc.record({
        tasks: fc.constant(tasks),
        ends: fc.constant(ends),
        otherTasks: fc
          .tuple(...tasks.map((one) => shuffled(one.boundaries).map((boundaries) => ({ ...one, boundaries }))))
          .chain((all) => shuffled(all)),
        otherEnds: shuffled(ends),
      }),
    );
    const byPosition = (map: ReadonlyMap<bigint, number | null>) =>
      [...map].map(([position, row]) => `${position} ${row}`).sort();
    fc.assert(
      fc.property(inTwoOrders, ({ tasks, ends, otherTasks, otherEnds }) => {
        expect(byPosition(attributeExits(otherTasks, otherEnds))).toEqual(byPosition(attributeExits(tasks, ends)));
      }),
    );
  });

  test('go to the one task whose folded runs, with the exits given to it before, have one open at that moment', () => {
    fc.assert(
      fc.property(candidates, exits, (tasks, ends) => {
        const result = attributeExits(tasks, ends);
        const given = new Map<number, ExitWithoutTaskId[]>();
        for (const exit of [...ends].sort((one, other) => one.atMs - other.atMs)) {
          const open = tasks.filter(({ taskRow, boundaries, firstActivityAtMs }) => {
            const before = [...boundaries, ...(given.get(taskRow) ?? [])].filter(({ atMs }) => atMs < exit.atMs);
            const sign = firstActivityAtMs !== null && firstActivityAtMs < exit.atMs ? firstActivityAtMs : null;
            return isOpen(foldRuns(before, sign).at(-1) ?? null);
          });
          const only = open.length === 1 ? (open[0]?.taskRow ?? null) : null;
          expect(result.get(exit.position)).toBe(only);
          if (only !== null) given.set(only, [...(given.get(only) ?? []), exit]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('always close a run that is open, also where an exit and starts share a moment, and never open one', () => {
    const starts = candidates.map((tasks) =>
      tasks.map((one) => ({ ...one, boundaries: one.boundaries.filter(({ kind }) => kind === 'START') })),
    );
    const ends = fc
      .array(evenMoment, { maxLength: 6 })
      .map((moments) => moments.map((atMs, index) => namelessExitAt(atMs, BigInt(1_000 + index))));
    fc.assert(
      fc.property(starts, ends, (tasks, exitsOfEqualMoments) => {
        const result = attributeExits(tasks, exitsOfEqualMoments);
        for (const { taskRow, boundaries, firstActivityAtMs } of tasks) {
          const given = exitsOfEqualMoments.filter(({ position }) => result.get(position) === taskRow);
          const runs = foldRuns([...boundaries, ...given], firstActivityAtMs);
          expect(runs.filter(({ exit }) => exit !== null)).toHaveLength(given.length);
          expect(runs.filter(({ openedBy }) => openedBy === 'EXIT')).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
