import { expect, test } from '@jest/globals';
import { Notifier } from '../../src/kernel/notifier.ts';

test('a notification between the read and the wait is not missed', async () => {
  const notifier = new Notifier();
  const { seen } = notifier;
  notifier.notify();
  await notifier.after(seen, new AbortController().signal);
});

test('everyone who waits is notified, once', async () => {
  const notifier = new Notifier();
  const { signal } = new AbortController();
  const waiting = [1, 2].map(() => notifier.after(notifier.seen, signal));
  notifier.notify();
  await Promise.all(waiting);
  let notified = false;
  void notifier.after(notifier.seen, signal).then(() => (notified = true));
  await Promise.resolve();
  expect(notified).toBe(false);
});

test('a wait ends when its signal aborts', async () => {
  const notifier = new Notifier();
  const abort = new AbortController();
  const waiting = notifier.after(notifier.seen, abort.signal);
  abort.abort();
  await waiting;
  await notifier.after(notifier.seen, abort.signal);
});
