import { beforeEach, expect, test } from '@jest/globals';
import { createMessageOrder, type MessageOrder } from '../../../../src/http/subscriptions/websocket/message-order.ts';

/** What was handed over, and how its operation is ended. */
let handed: { readonly text: string; readonly end: () => void }[];
let waited: number;
let order: MessageOrder;
beforeEach(() => {
  [handed, waited] = [[], 0];
  order = createMessageOrder(
    (text) => new Promise((end) => handed.push({ text, end })),
    () => {
      waited += 1;
    },
  );
});

const subscribe = (id: string, query = '') => JSON.stringify({ type: 'subscribe', id, payload: { query } });
const complete = (id: string) => JSON.stringify({ type: 'complete', id });
const ping = '{"type":"ping"}';
const texts = () => handed.map(({ text }) => text);
const settled = () => new Promise(setImmediate);

test('messages are handed over at once, whatever they are', () => {
  const all = [ping, 'no JSON', '[]', subscribe('1'), subscribe('1'), subscribe('2'), complete('2'), complete('x')];
  for (const text of all) order.take(text);
  expect(texts()).toEqual(all);
  expect(order.isWaiting()).toBe(false);
});

test('an id that was completed is waited for until its operation has ended, and what comes behind it waits too', async () => {
  for (const text of [subscribe('1', 'first'), complete('1'), subscribe('1', 'second'), ping, subscribe('2')]) {
    order.take(text);
  }
  await settled();
  expect(texts()).toEqual([subscribe('1', 'first'), complete('1')]);
  expect(order.isWaiting()).toBe(true);
  order.take(complete('1'));
  handed[0]?.end();
  await settled();
  expect(texts().slice(2)).toEqual([subscribe('1', 'second'), ping, subscribe('2'), complete('1')]);
  expect({ isWaiting: order.isWaiting(), waited }).toEqual({ isWaiting: false, waited: 1 });
});

test('an id whose operation has ended by itself is free', async () => {
  order.take(subscribe('1', 'first'));
  handed[0]?.end();
  await settled();
  order.take(subscribe('1', 'second'));
  expect(texts()).toEqual([subscribe('1', 'first'), subscribe('1', 'second')]);
});

test('what waits when the connection goes is never begun', async () => {
  for (const text of [subscribe('1', 'first'), complete('1'), subscribe('1', 'second')]) order.take(text);
  order.end();
  handed[0]?.end();
  await settled();
  expect(texts()).toEqual([subscribe('1', 'first'), complete('1')]);
});
