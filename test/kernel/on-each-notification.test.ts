import { expect, test } from '@jest/globals';
import { Notifier, onEachNotification } from '../../src/kernel/notifier.ts';

const turn = () => new Promise(setImmediate);

test('calls once for each notification, and once for several that arrive while a call is running', async () => {
  const notifier = new Notifier();
  const abort = new AbortController();
  notifier.notify();
  let calls = 0;
  let finish: () => void = () => undefined;
  const ended = onEachNotification(notifier, abort.signal, () => {
    calls += 1;
    return new Promise<void>((resolve) => (finish = resolve));
  });
  await turn();
  expect(calls).toBe(0);
  notifier.notify();
  await turn();
  expect(calls).toBe(1);
  for (let times = 0; times < 10; times += 1) notifier.notify();
  await turn();
  expect(calls).toBe(1);
  finish();
  await turn();
  expect(calls).toBe(2);
  finish();
  abort.abort();
  await ended;
  notifier.notify();
  await turn();
  expect(calls).toBe(2);
});
