import { describe, expect, test } from '@jest/globals';
import { withFileActivity, type RelayFile } from '../../src/relay/relay-activity.ts';
import {
  explainFile,
  explainRun,
  wouldEnd,
  type FileOffering,
  type RunEvidence,
} from '../../src/relay/relay-explanation.ts';
import { type RelayRun, type RunBoundary } from '../../src/relay/relay-runs.ts';
import { activityAt, exitAt, startAt } from '../support/relay-boundaries.ts';
import { foldRuns } from '../support/fold-runs.ts';

/** The newest run of these boundaries. */
function newest(boundaries: readonly RunBoundary[], firstActivityAtMs: number | null = null): RelayRun {
  const run = foldRuns(boundaries, activityAt(firstActivityAtMs)).at(-1);
  if (run === undefined) throw new Error('A boundary or an activity opens a run.');
  return run;
}

describe('what explains a run', () => {
  const [start, exit] = [startAt(10), exitAt(20, -22)];
  const none: RunEvidence = { before: null, boundaries: [], lostExits: [] };

  /** Each field with its value, the position of what set it, and what others say. */
  const explained = (run: RelayRun, evidence: Partial<RunEvidence>) =>
    explainRun(run, { ...none, ...evidence }).map(({ field, value, setBy, others }) => [
      field,
      value,
      setBy === null ? null : Number(setBy.position),
      ...others.map((other) => other.value),
    ]);

  test('its start and its exit, each for its own fields; a field that nothing says is left out', () => {
    expect(explained(newest([start, exit]), { boundaries: [exit, start] })).toEqual([
      ['startedAtMs', 10, 10],
      ['startReceivedAtMs', 15, 10],
      ['exitedAtMs', 20, 20],
      ['exitReceivedAtMs', 25, 20],
      ['exitCode', -22, 20],
      ['attribution', 'BY_TASK_ID', 20],
    ]);
  });

  test('an exit that might have ended it says everything but whose it is', () => {
    const said = { code: null, codeText: 'ERR', message: 'lost' };
    const lost = { ...exitAt(25), exit: said, attribution: 'BY_SOURCE_URLS' } as const;
    expect(explained(newest([start]), { boundaries: [start], lostExits: [lost] })).toStrictEqual([
      ['startedAtMs', 10, 10],
      ['startReceivedAtMs', 15, 10],
      ['exitedAtMs', null, null, 25],
      ['exitReceivedAtMs', null, null, 30],
      ['exitCodeText', null, null, 'ERR'],
      ['exitMessage', null, null, 'lost'],
    ]);
  });

  test('what begins and ends its neighbours sets nothing of it', () => {
    const all = [start, exit, startAt(20), exitAt(30, 3)];
    const [first, second] = foldRuns(all, null);
    if (first === undefined || second === undefined) throw new Error('There are two.');
    expect(explained(second, { before: first, boundaries: all.slice(1) }).map(([, , setBy]) => setBy)).toEqual([
      20, 20, 30, 30, 30, 30,
    ]);
    expect(explained(first, { boundaries: all }).map(([, value]) => value)).toEqual([
      10,
      15,
      20,
      25,
      -22,
      'BY_TASK_ID',
    ]);
  });

  test.each([
    [
      'and that never started has an exit alone',
      [exitAt(20, 0)],
      ['exitedAtMs', 'exitReceivedAtMs', 'exitCode', 'attribution'],
    ],
    ['and that was started soon after has that start', [startAt(20)], ['startedAtMs', 'startReceivedAtMs']],
  ])('a run that a file or an alarm opened %s', (_what, boundaries, fields) => {
    expect(explained(newest(boundaries, 10), { boundaries }).map(([field]) => field)).toEqual(fields);
  });
});

describe('an exit that names no task would have ended a run', () => {
  const open = newest([startAt(10)]);
  const exitedAt = (atMs: number) => newest([startAt(10), exitAt(atMs)]);
  const next = newest([startAt(20)]);

  test.each<[string, RelayRun, RelayRun | null, boolean]>([
    ['that is open and the last', open, null, true],
    ['that has exited before it', exitedAt(19), null, false],
    ['that has exited in its moment, or later', exitedAt(20), null, true],
    ['before the next one, which begins in its moment', open, next, true],
    ['after which another one had begun', open, newest([startAt(19)]), false],
    ['that begins later', newest([startAt(21)]), null, false],
  ])('%s', (_what, run, following, ends) => {
    expect(wouldEnd(run, { before: null, next: following }, 20)).toBe(ends);
  });

  test.each<[string, RelayRun, RelayRun | null, boolean]>([
    ['where it is the first', next, null, true],
    ['where the one before had exited', next, exitedAt(19), true],
    ['unless the one before was open', next, open, false],
    ['unless the one before exited in that moment', next, exitedAt(20), false],
    ['unless another one has begun in it before', { ...next, nth: 1 }, exitedAt(19), false],
  ])('that begins in its moment, %s', (_what, run, before, ends) => {
    expect(wouldEnd(run, { before, next: null }, 20)).toBe(ends);
  });
});

describe('what explains a source file', () => {
  const offering = (position: number, given: Partial<Omit<FileOffering, 'file'>>, file = {}): FileOffering => ({
    type: 'FILE_START',
    file: { index: 0, url: 'u', durationSeconds: 60, ...file },
    at: { atMs: position, arrivedAtMs: null },
    digest: `${position}`,
    position: BigInt(position),
    ...given,
  });

  function explained(...callbacks: readonly FileOffering[]) {
    const file = callbacks.reduce<RelayFile | null>((known, one) => withFileActivity(known, one), null);
    if (file === null) throw new Error('A file is known by its callbacks.');
    return explainFile(file, callbacks).map(({ field, value, setBy, others }) => [
      field,
      value,
      setBy === null ? null : Number(setBy.position),
      ...others.map((other) => other.value),
    ]);
  }

  const finish = { type: 'FILE_FINISH' } as const;

  test('the newest callback names it; the newest that gives a duration sets that, and 0 is none', () => {
    expect(explained(offering(10, {}), offering(70, finish, { url: 'v', durationSeconds: 0 }))).toEqual([
      ['index', 0, 70],
      ['url', 'v', 70, 'u'],
      ['durationSeconds', 60, 10],
      ['startedAtMs', 10, 10],
      ['finishedAtMs', 70, 70],
    ]);
  });

  test('while it plays again, the finish of the play before is not taken', () => {
    expect(explained(offering(10, {}), offering(70, finish), offering(80, {}))).toEqual([
      ['index', 0, 80],
      ['url', 'u', 80],
      ['durationSeconds', 60, 80],
      ['startedAtMs', 80, 80, 10],
      ['finishedAtMs', null, null, 70],
    ]);
  });

  test('of one moment, the callback of the greatest digest names it, whichever came first', () => {
    const [greater, lesser] = [
      offering(1, { at: { atMs: 10, arrivedAtMs: null }, digest: 'b' }, { url: 'greater', durationSeconds: 2 }),
      offering(2, { at: { atMs: 10, arrivedAtMs: null }, digest: 'a' }, { url: 'lesser', durationSeconds: 1 }),
    ];
    expect(explained(greater, lesser)).toEqual([
      ['index', 0, 1],
      ['url', 'greater', 1, 'lesser'],
      ['durationSeconds', 2, 1, 1],
      ['startedAtMs', 10, 2],
    ]);
  });

  test('a start that came late is of the play that it began', () => {
    expect(explained(offering(80, {}, { index: null }), offering(10, {}, { index: null })).at(-1)).toEqual([
      'startedAtMs',
      80,
      80,
      10,
    ]);
  });

  test('a start and a finish of one moment set their own times', () => {
    const [start, finished] = [offering(1, {}), offering(2, { ...finish, at: offering(1, {}).at })];
    for (const callbacks of [
      [start, finished],
      [finished, start],
    ]) {
      expect(explained(...callbacks).slice(-2)).toEqual([
        ['startedAtMs', 1, 1],
        ['finishedAtMs', 1, 2],
      ]);
    }
  });

  test('a field that no callback says is left out', () => {
    expect(explained(offering(10, finish, { index: null, durationSeconds: null }))).toEqual([
      ['url', 'u', 10],
      ['finishedAtMs', 10, 10],
    ]);
  });
});
