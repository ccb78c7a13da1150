import { describe, expect, test } from '@jest/globals';
import { ConditionWaiters } from '../../src/kernel/notifier.ts';

describe('callers that wait for a condition', () => {
  test('go on at once if it is met', async () => {
    await new ConditionWaiters().until(() => true);
  });

  test('go on at the first check that finds it met, each by its own condition', async () => {
    const waiters = new ConditionWaiters();
    let count = 0;
    const done: string[] = [];
    const two = waiters.until(() => count >= 2).then(() => done.push('two'));
    const one = waiters.until(() => count >= 1).then(() => done.push('one'));
    count = 1;
    waiters.check();
    await one;
    expect(done).toEqual(['one']);
    count = 2;
    waiters.check();
    await two;
    expect(done).toEqual(['one', 'two']);
  });

  test('fail if the condition can not be met any more, but not if it is', async () => {
    const waiters = new ConditionWaiters();
    let [isMet, isOver] = [false, false];
    const failure = () => (isOver ? new Error('It is over.') : null);
    const waiting = waiters.until(() => isMet, failure);
    isOver = true;
    waiters.check();
    await expect(waiting).rejects.toThrow('It is over.');
    isMet = true;
    await waiters.until(() => isMet, failure);
  });

  test('are not asked again afterwards', async () => {
    const waiters = new ConditionWaiters();
    let asked = 0;
    const once = waiters.until(() => ++asked === 2);
    waiters.check();
    await once;
    waiters.check();
    expect(asked).toBe(2);
  });
});
