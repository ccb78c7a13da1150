import { expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { createSharedSlices, shortWorkMsMax, type TimeSlices } from '../../src/kernel/time-slices.ts';
import { countTurns } from '../support/count-turns.ts';

const sliceMsMax = 4;

test('other work runs before whoever waits, and before each of those whose work takes a whole slice', async () => {
  let nowMs = 0;
  const { urgent } = createSharedSlices(sliceMsMax, () => nowMs);
  const order: string[] = [];
  const otherWork = () => {
    order.push('other');
    if (order.length < 5) setImmediate(otherWork);
  };
  setImmediate(otherWork);
  await Promise.all(
    ['1', '2', '3'].map(async (name) => {
      await urgent.next();
      order.push(name);
      nowMs += sliceMsMax;
    }),
  );
  expect(order).toEqual(['other', '1', 'other', '2', 'other', '3']);
});

test('a turn is over once works of its kind have used it for so long; the next begins with the first that works in it', async () => {
  let nowMs = 0;
  const slices = createSharedSlices(sliceMsMax, () => nowMs).ofOne();
  expect(slices.isOver()).toBe(false);
  nowMs += sliceMsMax - 1;
  expect(slices.isOver()).toBe(false);
  nowMs += 1;
  expect(slices.isOver()).toBe(true);
  await turn();
  expect(slices.isOver()).toBe(false);
});

test('as many of those who wait as fit into a turn go on in it, one after the other; the next ones in the next', async () => {
  let nowMs = 0;
  const slices = createSharedSlices(sliceMsMax, () => nowMs).ofOne();
  const order: string[] = [];
  /** Works for half a turn, in two parts. */
  const work = async (name: string, count: () => number) => {
    await slices.next();
    order.push(`${name} begins`);
    nowMs += sliceMsMax / 2;
    for (let hop = 0; hop < 5; hop += 1) await Promise.resolve();
    order.push(`${name} ends`);
    return count();
  };
  await countTurns(async (count) => {
    const [one = 0, two, three, four, five] = await Promise.all(
      ['1', '2', '3', '4', '5'].map((name) => work(name, count)),
    );
    expect([two, three, four, five]).toEqual([one, one + 1, one + 1, one + 2]);
  });
  expect(order).toEqual(['1', '2', '3', '4', '5'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('long work has all that it needs before the next one; short ones come before, and before these what is urgent', async () => {
  let nowMs = 0;
  const { urgent, ofOne } = createSharedSlices(sliceMsMax, () => nowMs);
  const turnsOfShort = shortWorkMsMax / sliceMsMax;
  const had: string[] = [];
  const run = async (name: string, slices: TimeSlices, waits: number) => {
    for (let waited = 0; waited < waits; waited += 1) {
      await slices.next();
      had.push(name);
      nowMs += sliceMsMax;
    }
  };
  await Promise.all([
    run('one long', ofOne(), 50),
    run('another', ofOne(), 50),
    run('short', ofOne(), turnsOfShort),
    run('urgent', urgent, 50),
  ]);
  const times = (name: string, slices: number) => Array.from({ length: slices }, () => name);
  expect(had).toEqual([
    ...times('urgent', 50),
    ...times('one long', turnsOfShort),
    ...times('another', turnsOfShort),
    ...times('short', turnsOfShort),
    ...times('one long', 50 - turnsOfShort),
    ...times('another', 50 - turnsOfShort),
  ]);
});

test('clients take turns: the long work of one that has much waits for no more than one of another', async () => {
  let nowMs = 0;
  const { ofOne } = createSharedSlices(sliceMsMax, () => nowMs);
  const ended: string[] = [];
  const run = async (name: string, slices: TimeSlices) => {
    for (let waited = 0; waited < 20; waited += 1) {
      await slices.next();
      nowMs += sliceMsMax;
    }
    ended.push(name);
  };
  const noisy = Array.from({ length: 10 }, () => run('noisy', ofOne('noisy')));
  await Promise.all([...noisy, run('quiet', ofOne('quiet')), run('other', ofOne('other'))]);
  expect(ended.slice(0, 4)).toEqual(['noisy', 'quiet', 'other', 'noisy']);
});
