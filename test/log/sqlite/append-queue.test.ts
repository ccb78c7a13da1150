import { describe, expect, test } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { StoreOverloaded, type Append } from '../../../src/log/event-store.ts';
import {
  AppendQueue,
  appendsWaitingMax,
  bytesWaitingMax,
  type AppendOutcome,
} from '../../../src/log/sqlite/append-queue.ts';
import { newEvent } from '../../support/log-events.ts';

/** A queue whose commits are recorded; each append gets a position by its order. */
function openQueue(
  outcomeOf: (append: Append, position: bigint) => AppendOutcome = (_append, position) => ({ revision: 0n, position }),
) {
  const commits: string[][] = [];
  let next = 0n;
  // oxlint-disable-next-line typescript/require-await -- here and below: a commit is asynchronous by its port
  const queue = new AppendQueue(async (appends) => {
    commits.push(appends.map(({ streamName }) => streamName));
    return appends.map((append) => outcomeOf(append, next++));
  });
  return { queue, commits, sizes: () => commits.map(({ length }) => length) };
}

/** A queue whose commits take until each is released. */
function openBlockedQueue(answerMsMax?: number) {
  const sizes: number[] = [];
  const blocked: (() => void)[] = [];
  const queue = new AppendQueue((appends) => {
    sizes.push(appends.length);
    return new Promise((resolve) => {
      blocked.push(() => {
        resolve(appends.map(() => ({ revision: 0n, position: 1n })));
      });
    });
  }, answerMsMax);
  return { queue, sizes: () => sizes, release: () => blocked.shift()?.() };
}

const turn = () => new Promise(setImmediate);
/** Resolves in an I/O callback, as requests arrive: `setImmediate` then runs before any timer. */
const inputTurn = () => stat('.');

function append(streamName = 'a-1', dataBytes = 2): Append {
  return { streamName, events: [newEvent({ data: Buffer.alloc(dataBytes) })], expected: 'any' };
}

function appends(count: number): Append[] {
  return Array.from({ length: count }, (_, index) => append(`a-${index}`));
}

describe('the append queue', () => {
  test('commits all appends of one event-loop iteration together, in order', async () => {
    const { queue, commits } = openQueue();
    const appended = await Promise.all(appends(500).map((one) => queue.add(one)));
    expect(commits).toEqual([appends(500).map(({ streamName }) => streamName)]);
    expect(appended.map(({ position }) => position)).toEqual(appended.map((_, index) => BigInt(index)));
  });

  test('commits at most 1,000 appends at once, then the rest', async () => {
    const { queue, sizes } = openQueue();
    await Promise.all(appends(2_500).map((one) => queue.add(one)));
    expect(sizes()).toEqual([1_000, 1_000, 500]);
  });

  test('commits one group at a time; all appends that arrive meanwhile are the next', async () => {
    const { queue, sizes, release } = openBlockedQueue();
    const first = appends(3).map((one) => queue.add(one));
    await turn();
    expect(sizes()).toEqual([3]);
    const next = appends(1_200).map((one) => queue.add(one));
    await turn();
    expect(sizes()).toEqual([3]);
    release();
    await Promise.all(first);
    expect(sizes()).toEqual([3, 1_000]);
    release();
    await Promise.all(next.slice(0, 1_000));
    expect(sizes()).toEqual([3, 1_000, 200]);
    release();
    await Promise.all(next);
  });

  test('is drained once everything that waits has been answered, and at once if nothing waits', async () => {
    const { queue, release } = openBlockedQueue();
    await queue.drained();
    const answered: string[] = [];
    const waiting = queue.add(append()).then(() => answered.push('append'));
    const drained = queue.drained().then(() => answered.push('drained'));
    await turn();
    release();
    await Promise.all([waiting, drained]);
    expect(answered).toEqual(['append', 'drained']);
  });

  test('rejects with StoreOverloaded beyond appendsWaitingMax, and takes appends again after a commit', async () => {
    const { queue, sizes } = openQueue();
    const waiting = appends(appendsWaitingMax).map((one) => queue.add(one));
    await expect(queue.add(append())).rejects.toBeInstanceOf(StoreOverloaded);
    await Promise.all(waiting);
    await expect(queue.add(append())).resolves.toBeDefined();
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(appendsWaitingMax + 1);
  });

  test('rejects with StoreOverloaded beyond bytesWaitingMax, and takes appends again after a commit', async () => {
    const { queue, sizes } = openQueue();
    const half = bytesWaitingMax / 2 - 2;
    const waiting = [queue.add(append('a-1', half)), queue.add(append('a-2', half))];
    await expect(queue.add(append('a-3', 1))).rejects.toBeInstanceOf(StoreOverloaded);
    await Promise.all(waiting);
    await expect(queue.add(append('a-4', half))).resolves.toBeDefined();
    expect(sizes()).toEqual([2, 1]);
  });

  test('counts the bytes of metadata as it counts those of data', async () => {
    const { queue } = openQueue();
    const event = newEvent({ metadata: Buffer.alloc(bytesWaitingMax) });
    await expect(queue.add({ streamName: 'a-1', events: [event], expected: 'any' })).rejects.toBeInstanceOf(
      StoreOverloaded,
    );
  });

  test('rejects the whole group of a commit that fails, and continues with the next', async () => {
    const broken = new Error('The disk is full.');
    let failing = true;
    const { queue } = openQueue((_append, position) => {
      if (failing) throw broken;
      return { revision: 0n, position };
    });
    const settled = await Promise.allSettled(appends(3).map((one) => queue.add(one)));
    expect(settled.map((one) => one.status === 'rejected' && (one.reason as unknown))).toEqual([
      broken,
      broken,
      broken,
    ]);
    failing = false;
    await expect(queue.add(append())).resolves.toBeDefined();
  });

  test('continues with the groups after one that fails, without a further append', async () => {
    let commits = 0;
    // oxlint-disable-next-line typescript/require-await
    const queue = new AppendQueue(async (group) => {
      commits += 1;
      if (commits === 1) throw new Error('The disk is full.');
      return group.map(() => ({ revision: 0n, position: 1n }));
    });
    const settled = await Promise.allSettled(appends(1_500).map((one) => queue.add(one)));
    expect(settled.findIndex(({ status }) => status === 'fulfilled')).toBe(1_000);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(500);
  });

  test('a commit that fails frees the bytes it took', async () => {
    const queue = new AppendQueue(() => Promise.reject(new Error('The disk is full.')));
    for (let round = 0; round < 3; round += 1) {
      await expect(queue.add(append('a-1', bytesWaitingMax - 2))).rejects.toThrow('The disk is full.');
    }
  });

  test('rejects an append that is not answered in time with StoreUnavailable: it may be stored only if it is being committed', async () => {
    const { queue, sizes, release } = openBlockedQueue(1);
    await inputTurn();
    const onItsWay = queue.add(append());
    await turn();
    const settled = await Promise.allSettled([onItsWay, queue.add(append()), queue.add(append())]);
    expect(settled).toMatchObject(
      [true, false, false].map((mayBeStored) => ({ reason: { name: 'StoreUnavailable', mayBeStored } })),
    );
    release();
    await queue.drained();
    expect(sizes()).toEqual([1]);
  });

  test('an append that timed out counts against the bounds until its commit returns, and no longer', async () => {
    const { queue, release } = openBlockedQueue(1);
    await inputTurn();
    await expect(queue.add(append('a-1', bytesWaitingMax - 2))).rejects.toMatchObject({ mayBeStored: true });
    await expect(queue.add(append('a-1', 1))).rejects.toBeInstanceOf(StoreOverloaded);
    release();
    await queue.drained();
    await inputTurn();
    const next = queue.add(append('a-1', bytesWaitingMax - 2));
    await turn();
    release();
    await next;
  });

  test('an append that timed out before its commit no longer counts against the bounds', async () => {
    const { queue, release } = openBlockedQueue(1);
    await inputTurn();
    const onItsWay = expect(queue.add(append())).rejects.toMatchObject({ mayBeStored: true });
    await turn();
    for (let round = 0; round < 3; round += 1) {
      await expect(queue.add(append('a-1', bytesWaitingMax / 2))).rejects.toMatchObject({ mayBeStored: false });
    }
    await onItsWay;
    release();
    await queue.drained();
  });

  test('an append that is refused by itself rejects alone', async () => {
    const refused = new Error('wrong revision');
    const { queue } = openQueue(({ streamName }, position) =>
      streamName === 'a-1' ? refused : { revision: 0n, position },
    );
    const settled = await Promise.allSettled(appends(3).map((one) => queue.add(one)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
