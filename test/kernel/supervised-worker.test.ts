import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { ConditionWaiters } from '../../src/kernel/notifier.ts';
import { builtThread, superviseWorker } from '../../src/kernel/supervised-worker.ts';

/** Answers `echo`, ends at `end` and at `last`, and throws at `throw`. */
const thread = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    if (workerData.greets) parentPort.postMessage('begun');
    parentPort.on('message', (request) => {
      if (request === 'throw') throw new Error('thrown in the thread');
      if (request === 'echo') parentPort.postMessage('echo');
      else process.exit();
    });
  `)}`,
);

function start(greets: boolean) {
  const events: unknown[] = [];
  const waiters = new ConditionWaiters();
  const note = (event: unknown) => {
    events.push(event);
    waiters.check();
  };
  const worker = superviseWorker<string, string>({
    module: thread,
    workerData: { greets },
    onMessage: note,
    onEnded: note,
  });
  return { worker, events, until: (count: number) => waiters.until(() => events.length >= count) };
}

describe('a supervised worker', () => {
  test('is started again when it ends, sooner if it had sent a message', async () => {
    const { worker, events, until } = start(true);
    await until(1);
    worker.post('end');
    await until(2);
    expect(worker.post('echo')).toBe(false);
    await until(3);
    worker.post('throw');
    await until(4);
    await worker.close('last');
    expect(events).toEqual([
      'begun',
      { reason: 'it was terminated', hadBegun: true, restartAfterMs: 100 },
      'begun',
      { reason: 'thrown in the thread', hadBegun: true, restartAfterMs: 100 },
    ]);
  });

  test('is started again later each time it ends before it has sent a message', async () => {
    const { worker, events, until } = start(false);
    for (let ends = 1; ends <= 3; ends += 1) {
      while (!worker.post('end')) await new Promise(setImmediate);
      await until(ends);
    }
    await worker.close('last');
    const unbegun = { reason: 'it was terminated', hadBegun: false };
    expect(events).toEqual([100, 200, 400].map((restartAfterMs) => ({ ...unbegun, restartAfterMs })));
  });

  test('ends by its last request, and is not started again', async () => {
    const { worker, events } = start(false);
    expect(worker.post('echo')).toBe(true);
    const closed = worker.close('last');
    expect(worker.close('last')).toBe(closed);
    await closed;
    expect(worker.post('echo')).toBe(false);
    expect(events).toEqual(['echo']);
  });
});

test('threads run what was built', () => {
  expect(builtThread('commit-worker').href).toMatch(/^file:.*\/dist\/threads\/commit-worker-\w{10}\.js$/);
  expect(existsSync(builtThread('commit-worker'))).toBe(true);
});
