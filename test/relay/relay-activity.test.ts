import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  fileKeyOf,
  isPlaying,
  timesPlayed,
  withAlarmActivity,
  withFileActivity,
  type FileActivity,
  type RelayAlarm,
  type RelayFile,
} from '../../src/relay/relay-activity.ts';

function sign(
  type: 'start' | 'finish',
  atMs: number,
  given: Partial<FileActivity['file']> = {},
  digest = 'd',
): FileActivity {
  const file = { index: 0, url: 'http://source.example/a.mp4', durationSeconds: 60, ...given };
  const at = { atMs, arrivedAtMs: null };
  return { type: type === 'start' ? 'FILE_START' : 'FILE_FINISH', file, at, digest };
}

function fold(signs: readonly FileActivity[]): RelayFile {
  const [first, ...rest] = signs;
  if (first === undefined) throw new Error('A file is known by a sign at least.');
  return rest.reduce<RelayFile>((file, one) => withFileActivity(file, one), withFileActivity(null, first));
}

describe('the callbacks of a file', () => {
  test('are paired by its index, whatever host the URL names (task 118145 of the samples)', () => {
    expect(fileKeyOf({ index: 0, url: 'http://one.example/a', durationSeconds: 1 })).toBe(
      fileKeyOf({ index: 0, url: 'http://other.example/a', durationSeconds: 2 }),
    );
    expect(fileKeyOf({ index: 0, url: 'u', durationSeconds: 1 })).not.toBe(
      fileKeyOf({ index: 1, url: 'u', durationSeconds: 1 }),
    );
  });

  test('are paired by URL where they have no index, and never with one that has', () => {
    const byUrl = (url: string | null) => fileKeyOf({ index: null, url, durationSeconds: null });
    expect(byUrl('u')).toBe(byUrl('u'));
    expect(byUrl('u')).not.toBe(byUrl('v'));
    expect(byUrl(null)).toBe(byUrl(null));
    expect(byUrl('0')).not.toBe(fileKeyOf({ index: 0, url: '0', durationSeconds: null }));
  });

  test('name it as the newest of them does', () => {
    const [old, newer] = [sign('start', 10, { url: 'old' }), sign('finish', 70, { url: 'new', durationSeconds: 59 })];
    for (const signs of [
      [old, newer],
      [newer, old],
    ]) {
      expect(fold(signs).naming).toEqual({ index: 0, url: 'new', durationSeconds: 59 });
    }
  });

  test('of one moment name it as the one of the greatest digest does, whichever came first', () => {
    const [lesser, greater] = [sign('start', 10, { url: 'lesser' }, 'a'), sign('start', 10, { url: 'greater' }, 'b')];
    expect(fold([lesser, greater]).naming.url).toBe('greater');
    expect(fold([greater, lesser]).naming.url).toBe('greater');
  });
});

describe('the duration of a file', () => {
  test.each([null, 0])('is known once any callback has given it, whatever comes after it (%p)', (durationSeconds) => {
    const [given, later] = [sign('start', 10), sign('finish', 70, { durationSeconds, url: 'newer' })];
    for (const signs of [
      [given, later],
      [later, given],
    ]) {
      expect(fold(signs).naming).toEqual({ index: 0, url: 'newer', durationSeconds: 60 });
    }
  });

  test('is known also where nothing of its task carries a time, which orders it below 0', () => {
    expect(fold([sign('start', -20), sign('finish', -10, { durationSeconds: null })]).naming.durationSeconds).toBe(60);
  });

  test('is that of the newest callback that gives one', () => {
    const [old, newer] = [sign('start', 10, { durationSeconds: 1 }), sign('start', 20, { durationSeconds: 2 })];
    expect(fold([newer, old]).naming.durationSeconds).toBe(2);
    expect(fold([old, newer]).naming.durationSeconds).toBe(2);
  });
});

describe('how often a file was played', () => {
  test.each([
    ['a start', [sign('start', 10)], 1],
    ['a finish whose start was lost', [sign('finish', 70)], 1],
    ['a start and a finish', [sign('start', 10), sign('finish', 70)], 1],
    ['three plays of a loop', [10, 80, 150].flatMap((at) => [sign('start', at), sign('finish', at + 60)]), 3],
    ['a loop that lost a start', [sign('start', 10), sign('finish', 70), sign('finish', 140)], 2],
    ['a loop that lost a finish', [sign('start', 10), sign('start', 80), sign('finish', 140)], 2],
  ])('%s', (_name, signs, times) => {
    expect(timesPlayed(fold(signs))).toBe(times);
  });
});

describe('a file plays', () => {
  test.each([
    ['once it has started', [sign('start', 10)], true],
    ['no more once it has finished', [sign('start', 10), sign('finish', 70)], false],
    ['again once it is started again', [sign('start', 10), sign('finish', 70), sign('start', 80)], true],
    ['not, where only its finish is known', [sign('finish', 70)], false],
    ['not, where it finished in the second it started', [sign('start', 10), sign('finish', 10)], false],
    [
      'where the second of its finish is that of its next start',
      [sign('start', 10), sign('finish', 70), sign('start', 70)],
      true,
    ],
    [
      'not, where the next play too finished in that second',
      [sign('start', 10), sign('finish', 70), sign('start', 70), sign('finish', 70)],
      false,
    ],
    [
      'no more once its newest play has finished',
      [10, 80].flatMap((at) => [sign('start', at), sign('finish', at + 60)]),
      false,
    ],
    [
      'not, where a finish before that of its newest play was lost',
      [sign('start', 10), sign('start', 80), sign('finish', 140)],
      false,
    ],
  ])('%s', (_name, signs, expected) => {
    // Where nothing of a task carries a time, its order times are below 0.
    const byOurClock = signs.map((one) => ({ ...one, at: { ...one.at, atMs: one.at.atMs - 1_000 } }));
    for (const some of [signs, byOurClock]) {
      expect(isPlaying(fold(some))).toBe(expected);
      expect(isPlaying(fold([...some].reverse()))).toBe(expected);
    }
  });
});

describe('callbacks without a time follow those with a time that share their order time, as they arrived,', () => {
  const at = (arrivedAtMs: number | null, type: 'start' | 'finish', url: string) => ({
    ...sign(type, 10, { url }, url),
    at: { atMs: 10, arrivedAtMs },
  });

  test.each([0, -300_000, 300_000])('whatever our clock says (%d ms)', (skewMs) => {
    const ours = 1_600_000_000_000 + skewMs;
    const plays = [at(null, 'start', 'a'), at(ours, 'finish', 'c'), at(ours + 5, 'start', 'b')];
    for (const signs of [plays, plays.toReversed()]) {
      expect(fold(signs)).toMatchObject({
        naming: { url: 'b' },
        startedAt: { arrivedAtMs: ours + 5 },
        finishedAt: { arrivedAtMs: ours },
      });
      expect(isPlaying(fold(signs))).toBe(true);
    }
    expect(isPlaying(fold(plays.slice(0, 2)))).toBe(false);
    const alarms = [null, ours, ours + 5].map((arrivedAtMs) => ({ atMs: 10, arrivedAtMs }));
    for (const some of [alarms, alarms.toReversed()]) {
      const alarm = some.reduce<RelayAlarm | null>((known, point) => withAlarmActivity(known, 'a', point), null);
      expect(alarm).toMatchObject({ firstAt: { arrivedAtMs: null }, lastAt: { arrivedAtMs: ours + 5 }, times: 3 });
    }
  });
});

describe('alarms of one kind', () => {
  test('are counted, with the first and the last of them, in any order', () => {
    for (const moments of [
      [10, 20, 30],
      [20, 30, 10],
    ]) {
      const alarm = moments.reduce<RelayAlarm | null>(
        (known, at) => withAlarmActivity(known, 'PullFileFailed', { atMs: at, arrivedAtMs: null }),
        null,
      );
      expect(alarm).toMatchObject({ type: 'PullFileFailed', firstAt: { atMs: 10 }, lastAt: { atMs: 30 }, times: 3 });
    }
  });
});

test('property: a file is the same for its callbacks in any order', () => {
  const anySign = fc
    .record({
      type: fc.constantFrom('start' as const, 'finish' as const),
      atMs: fc.integer({ min: 1, max: 5 }),
      url: fc.constantFrom('a', 'b'),
      durationSeconds: fc.constantFrom(null, 0, 5, 6),
    })
    // The digest is that of the body: callbacks that say the same have the same.
    .map(({ type, atMs, url, durationSeconds }) =>
      sign(type, atMs, { url, durationSeconds }, `${type} ${url} ${durationSeconds}`),
    );
  const inTwoOrders = fc
    .array(anySign, { minLength: 1, maxLength: 8 })
    .chain((signs) => fc.tuple(fc.constant(signs), fc.shuffledSubarray(signs, { minLength: signs.length })));
  fc.assert(
    fc.property(inTwoOrders, ([signs, shuffled]) => {
      expect(fold(shuffled)).toEqual(fold(signs));
    }),
  );
});
