import { expect, test } from '@jest/globals';
import { withTimeLimit } from '../../src/kernel/clock.ts';
import { collectGarbage } from '../support/collect-garbage.ts';

const anHourMs = 3_600_000;

/** Work that ends with why it was aborted. */
const untilAborted = (limited: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    const end = () => resolve(limited.reason);
    limited.addEventListener('abort', end);
    if (limited.aborted) end();
  });

test('gives the result or the error of work that ends in time', async () => {
  await expect(withTimeLimit({ ms: anHourMs }, () => Promise.resolve('result'))).resolves.toBe('result');
  await expect(withTimeLimit({ ms: anHourMs }, () => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
});

test('aborts when the time is over, whatever is garbage collected meanwhile', async () => {
  const { signal } = new AbortController();
  const work = withTimeLimit({ ms: 50, signal }, untilAborted);
  collectGarbage();
  await expect(work).resolves.toMatchObject({ name: 'TimeoutError' });
});

test('aborts with the given signal, also if that had aborted before', async () => {
  const stop = new AbortController();
  const work = withTimeLimit({ ms: anHourMs, signal: stop.signal }, untilAborted);
  stop.abort('stopped');
  await expect(work).resolves.toBe('stopped');
  await expect(withTimeLimit({ ms: anHourMs, signal: stop.signal }, untilAborted)).resolves.toBe('stopped');
});

test('has its time anew once work prolongs it', async () => {
  const ended: string[] = [];
  let prolongFirst: () => void = () => undefined;
  const first = withTimeLimit({ ms: 50 }, async (limited, prolong) => {
    prolongFirst = prolong;
    await untilAborted(limited);
    ended.push('first');
  });
  const second = withTimeLimit({ ms: 50 }, async (limited) => {
    await untilAborted(limited);
    ended.push('second');
  });
  prolongFirst();
  await Promise.all([first, second]);
  expect(ended).toEqual(['second', 'first']);
});
