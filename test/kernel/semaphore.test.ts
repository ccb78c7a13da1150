import { expect, test } from '@jest/globals';
import { createSemaphore } from '../../src/kernel/semaphore.ts';

/** A semaphore whose permits are used until the test gives them back. */
function clientsOf(permitsMax: number, waitingMax = 1_000) {
  const semaphore = createSemaphore(permitsMax, { waitingMax, waitMsMax: 2 ** 31 - 1 });
  const given: string[] = [];
  const refused: string[] = [];
  const note = (client: string, isPermitted: boolean) => {
    (isPermitted ? given : refused).push(client);
  };
  return {
    semaphore,
    given,
    refused,
    ask: (client: string, times = 1) => {
      for (let time = 0; time < times; time += 1) {
        const permit = semaphore.acquire(client);
        if (permit === true) note(client, true);
        else void permit.then((isPermitted) => note(client, isPermitted));
      }
    },
    release: async (client: string) => {
      semaphore.release(client);
      await Promise.resolve();
    },
  };
}

test.each([1, 2, 32])(
  'with %d permits, whoever comes after 200 of another client has the next one',
  async (permits) => {
    const { ask, release, given } = clientsOf(permits);
    ask('noisy', 200);
    ask('quiet');
    expect(given).toHaveLength(permits);
    await release('noisy');
    expect(given.at(-1)).toBe('quiet');
  },
);

test('clients that all wait have permits in turn, also those that come again and again', async () => {
  const { ask, release, given } = clientsOf(1);
  ask('a', 3);
  ask('b', 3);
  for (let time = 0; time < 5; time += 1) {
    // New ones never come before those who wait already.
    ask(`new ${time}`);
    await release(given.at(-1) ?? '');
  }
  expect(given).toEqual(['a', 'b', 'a', 'new 0', 'b', 'new 1']);
});

test('clients that wait have about as many permits each, whoever was first', async () => {
  const { ask, release, given } = clientsOf(4);
  ask('a', 20);
  ask('b', 20);
  for (let time = 0; time < 4; time += 1) await release('a');
  expect(given.slice(4)).toEqual(['b', 'b', 'a', 'b']);
});

test('if too many wait, one of whoever has most waiting is refused, so that there is room for others', async () => {
  const { ask, refused, semaphore } = clientsOf(1, 10);
  ask('noisy', 11);
  ask('noisy');
  await Promise.resolve();
  expect(refused).toEqual(['noisy']);
  ask('quiet', 5);
  await Promise.resolve();
  expect(refused).toEqual(Array.from({ length: 6 }, () => 'noisy'));
  // Both have as many by now.
  ask('quiet');
  await Promise.resolve();
  expect(refused.at(-1)).toBe('quiet');
  expect(semaphore.counts()).toEqual({ acquired: 1, waiting: 10 });
});

test('whoever has waited too long is refused, and what is given back goes to the others', async () => {
  const semaphore = createSemaphore(1, { waitingMax: 10, waitMsMax: 1 });
  expect(semaphore.acquire('a')).toBe(true);
  expect(await semaphore.acquire('b')).toBe(false);
  expect(semaphore.counts()).toEqual({ acquired: 1, waiting: 0 });
  semaphore.release('a');
  expect(semaphore.acquire('b')).toBe(true);
});
