import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openedByActivity } from '../../src/relay/relay-runs.ts';
import {
  noFacts,
  relayTaskStateOf,
  sourceKeyOf,
  taskViewOf,
  withEarlierArrival,
  withFacts,
} from '../../src/relay/relay-task.ts';
import { activityAt, exitAt, startAt } from '../support/relay-boundaries.ts';
import { foldRuns } from '../support/fold-runs.ts';

const stateAfter = (...boundaries: Parameters<typeof foldRuns>[0]) =>
  relayTaskStateOf(foldRuns(boundaries, null).at(-1) ?? null);

describe('the state of a task', () => {
  test('is RUNNING after a start, EXITED after an exit, RUNNING again after a restart', () => {
    expect(stateAfter(startAt(1))).toBe('RUNNING');
    expect(stateAfter(startAt(1), exitAt(2))).toBe('EXITED');
    expect(stateAfter(startAt(1), exitAt(2), startAt(3))).toBe('RUNNING');
    expect(stateAfter(exitAt(2))).toBe('EXITED');
  });

  test('is UNKNOWN where only files, alarms or changes of its configuration are known', () => {
    expect(relayTaskStateOf(null)).toBe('UNKNOWN');
    expect(relayTaskStateOf(openedByActivity({ atMs: 1, occurredAtMs: 1, receivedAtMs: 1 }))).toBe('UNKNOWN');
  });

  test('is RUNNING once the TaskStart of a run that a file opened is known', () => {
    expect(relayTaskStateOf(foldRuns([startAt(2)], activityAt(1)).at(-1) ?? null)).toBe('RUNNING');
  });
});

describe('tasks of one source', () => {
  test('name the same URLs, in any order and however often', () => {
    expect(sourceKeyOf('4', ['a', 'b'])).toBe(sourceKeyOf('4', ['b', 'a', 'b']));
    expect(sourceKeyOf('4', ['a'])).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ['another account', '5', ['a', 'b']],
    ['one of the URLs', '4', ['a']],
    ['one URL more', '4', ['a', 'b', 'c']],
    ['a URL that looks like both', '4', ['a","b']],
    ['letters of another case', '4', ['A', 'b']],
  ])('are not those of %s', (_name, appId, urls) => {
    expect(sourceKeyOf(appId, urls)).not.toBe(sourceKeyOf('4', ['a', 'b']));
  });

  test('do not exist where no URL is known: nothing ties them together', () => {
    expect(sourceKeyOf('4', [])).toBeNull();
  });

  test('property: the key is of account and set, and nothing else', () => {
    const urls = fc.array(fc.constantFrom('a', 'b', '"', ',', '4'), { minLength: 1, maxLength: 4 });
    const account = fc.constantFrom('4', '5', 'a');
    fc.assert(
      fc.property(account, urls, account, urls, (one, oneUrls, other, otherUrls) => {
        const sameSet = [...new Set(oneUrls)].sort().join() === [...new Set(otherUrls)].sort().join();
        expect(sourceKeyOf(one, oneUrls) === sourceKeyOf(other, otherUrls)).toBe(one === other && sameSet);
      }),
    );
  });
});

interface TaskCallback {
  readonly sourceUrls: readonly string[];
  readonly toUrl: string | null;
  readonly streamId: string | null;
  readonly atMs: number;
  readonly digest: string;
}

const factsOf = (callbacks: readonly TaskCallback[]) =>
  callbacks.reduce((facts, callback) => withFacts(facts, callback, timesOf(callback), callback.digest), noFacts);
const timesOf = ({ atMs }: TaskCallback) => ({ occurredAtMs: atMs, receivedAtMs: 10 - atMs });
const beginsAtMs = 1_600_000_000_000;
const silent = { sourceUrls: [], toUrl: null, streamId: null };

describe('what a task is', () => {
  test('is unknown before anything was said', () => {
    expect(taskViewOf(noFacts)).toEqual({ sourceUrls: [], toUrl: null, domain: null, path: null, streamId: null });
  });

  test('is what the newest callback says that says it, field by field', () => {
    const first = { sourceUrls: ['a'], toUrl: 'rtmp://push.example/live/one', streamId: 'one', atMs: 1, digest: 'd' };
    const second = { ...silent, sourceUrls: ['b'], atMs: 2, digest: 'd' };
    const third = { ...silent, atMs: 3, digest: 'd' };
    for (const callbacks of [
      [first, second, third],
      [third, second, first],
    ]) {
      expect(taskViewOf(factsOf(callbacks))).toEqual({
        sourceUrls: ['b'],
        toUrl: 'rtmp://push.example/live/one',
        domain: 'push.example',
        path: 'live',
        streamId: 'one',
      });
    }
  });

  test('is, of one moment, what the callback of the greatest digest says, whichever came first', () => {
    const [lesser, greater] = ['a', 'b'].map((digest) => ({ ...silent, streamId: digest, atMs: 1, digest }));
    if (lesser === undefined || greater === undefined) throw new Error('There are two.');
    expect(taskViewOf(factsOf([lesser, greater])).streamId).toBe('b');
    expect(taskViewOf(factsOf([greater, lesser])).streamId).toBe('b');
  });

  test.each([0, -300_000, 300_000])(
    'is what a callback without a time says if the newest one with a time had arrived before it (our clock: %d ms)',
    (skewMs) => {
      const said = (streamId: string, occurredAtMs: number | null, arrivedMs: number) => {
        return { streamId, times: { occurredAtMs, receivedAtMs: beginsAtMs + arrivedMs + skewMs } };
      };
      const newestOf = (...all: ReturnType<typeof said>[]) =>
        taskViewOf(
          all.reduce((facts, { streamId, times }) => withFacts(facts, { ...silent, streamId }, times, 'd'), noFacts),
        ).streamId;
      const timed = said('timed', beginsAtMs, 1_000);
      const [before, after, later] = [
        said('before', null, 999),
        said('after', null, 1_000),
        said('later', null, 5_000),
      ];
      for (const [callbacks, expected] of [
        [[timed, before], 'timed'],
        [[timed, after], 'after'],
        [[timed, before, after, later], 'later'],
        [[later, said('newer', beginsAtMs + 1, 6_000), timed], 'newer'],
        [[later, said('older', beginsAtMs - 1, 6_000), timed], 'later'],
      ] as const) {
        expect(newestOf(...callbacks)).toBe(expected);
        expect(newestOf(...callbacks.toReversed())).toBe(expected);
      }
    },
  );

  test('is what it was if its newest callback turns out to have arrived earlier, before another one', () => {
    const times = { occurredAtMs: null, receivedAtMs: 3_000 };
    const timed = { occurredAtMs: 9_000, receivedAtMs: 2_000 };
    const facts = withFacts(
      withFacts(noFacts, { ...silent, toUrl: 'b' }, timed, 'e'),
      { ...silent, toUrl: 'a' },
      times,
      'd',
    );
    expect(taskViewOf(facts).toUrl).toBe('a');
    const earlier = (receivedAtMs: number) => withEarlierArrival(facts, 'd', { knownMs: 3_000, receivedAtMs });
    expect(taskViewOf(earlier(2_500)).toUrl).toBe('a');
    expect(taskViewOf(earlier(1_500)).toUrl).toBe('b');
  });

  test('property: is the same for its callbacks in any order', () => {
    const callback: fc.Arbitrary<TaskCallback> = fc
      .record({
        sourceUrls: fc.constantFrom([], ['a'], ['b', 'c']),
        toUrl: fc.constantFrom(null, 'rtmp://push.example/live/one', 'rtmp://push.example/live/two'),
        streamId: fc.constantFrom(null, 'one', 'two'),
        atMs: fc.integer({ min: 1, max: 3 }),
      })
      .map((said) => ({ ...said, digest: JSON.stringify([said.sourceUrls, said.toUrl, said.streamId]) }));
    const inTwoOrders = fc
      .array(callback, { maxLength: 6 })
      .chain((callbacks) =>
        fc.tuple(fc.constant(callbacks), fc.shuffledSubarray(callbacks, { minLength: callbacks.length })),
      );
    fc.assert(
      fc.property(inTwoOrders, ([callbacks, shuffled]) => {
        expect(factsOf(shuffled)).toEqual(factsOf(callbacks));
      }),
    );
  });
});
