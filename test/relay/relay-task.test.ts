import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openedByActivity } from '../../src/relay/relay-runs.ts';
import { noFacts, relayTaskStateOf, sourceKeyOf, taskViewOf, withFacts } from '../../src/relay/relay-task.ts';
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
  callbacks.reduce((facts, callback) => withFacts(facts, callback, callback.atMs, callback.digest), noFacts);
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
